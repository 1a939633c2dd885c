/** One column: its heading, and whether its cells are figures, which stand at the right. */
export interface Column {
  readonly title: string;
  readonly figures?: boolean;
}

/** Rows under their headings, each column as wide as its widest cell, two blanks between. A row may be shorter; none ends in blanks. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const lines = [columns.map(({ title }) => title), ...rows];
  const widths = columns.map((_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0)));
  return lines.map((cells) =>
    cells
      .map((cell, at) => (columns[at]?.figures ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)))
      .join('  ')
      .trimEnd(),
  );
}
