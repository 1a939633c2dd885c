// Texts in aligned columns, as wide as what they hold. Knows no figure.

export interface Column {
  readonly head: string;
  readonly align: 'left' | 'right';
  readonly cells: readonly string[];
}

/** Between columns: two where there is room, one where that fits more. */
export type Gap = 1 | 2;

const widthOf = ({ head, cells }: Column) => Math.max(head.length, ...cells.map((cell) => cell.length));

/** Columns that hold nothing but their head are not worth their place. */
const kept = (columns: readonly Column[]) => columns.filter(({ cells }) => cells.some((cell) => cell !== ''));

export function gridWidth(columns: readonly Column[], gap: Gap): number {
  const widths = kept(columns).map(widthOf);
  return widths.reduce((sum, width) => sum + width, 0) + gap * Math.max(0, widths.length - 1);
}

/** The head and a line for each row. */
export function grid(columns: readonly Column[], gap: Gap = 2): readonly string[] {
  const shown = kept(columns).map((column) => ({ ...column, width: widthOf(column) }));
  const line = (cellOf: (column: Column) => string) =>
    shown
      .map((column) => {
        const cell = cellOf(column);
        return column.align === 'left' ? cell.padEnd(column.width) : cell.padStart(column.width);
      })
      .join(' '.repeat(gap))
      .trimEnd();
  const rows = Math.max(0, ...shown.map(({ cells }) => cells.length));
  return [line(({ head }) => head), ...Array.from({ length: rows }, (_, row) => line(({ cells }) => cells[row] ?? ''))];
}
