// The three answers side by side: one row a case, ours first.
import type { Case, Facts } from './case.ts';
import type { Result } from './run.ts';

export interface Column {
  readonly name: string;
  readonly results: readonly Result[];
}

const WIDTHS = { id: 5, name: 52, column: 22 };

/** What came of it, in a few words: the mark, the status, what became of the connection, how much was forwarded. */
function outcome({ facts, differs }: Result): string {
  const { status, connection, reached, state } = facts as Record<string, Facts[string]>;
  const words = [
    status ?? (facts.broke === undefined ? '–' : 'broke'),
    connection ?? state,
    reached === undefined ? '' : `→${reached}`,
  ];
  return `${differs.length === 0 ? '✓' : '✗'} ${words.filter((word) => word !== undefined && word !== '').join(' ')}`;
}

const cell = (text: string, width: number) =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);

/** `differing`: say below a row what each column has otherwise than it should. */
export function table(cases: readonly Case[], columns: readonly Column[], differing = true): string {
  const line = (id: string, name: string, cells: readonly string[]) =>
    `${cell(id, WIDTHS.id)}${cell(name, WIDTHS.name)} ${cells.map((text) => cell(text, WIDTHS.column)).join(' ')}`.trimEnd();
  const rows = cases.flatMap(({ id, name }, at) => {
    const results = columns.map(({ results }) => results[at]!);
    const words = results.flatMap(({ differs }, of) => differs.map((text) => `       ${columns[of]!.name}: ${text}`));
    return [line(id, visible(name), results.map(outcome)), ...(differing ? words : [])];
  });
  return [
    line(
      '',
      '',
      columns.map(({ name }) => name),
    ),
    ...rows,
    ...summary(cases, columns),
  ].join('\n');
}

/** How many cases each column passes, and how many promises wholly. */
function summary(cases: readonly Case[], columns: readonly Column[]): string[] {
  const ids = new Set(cases.map(({ id }) => id));
  const counts = columns.map(({ name, results }) => {
    const passed = results.filter(({ differs }) => differs.length === 0).length;
    const broken = new Set(cases.flatMap(({ id }, at) => (results[at]!.differs.length > 0 ? [id] : [])));
    return `${name}: ${passed} of ${cases.length} cases, ${ids.size - broken.size} of ${ids.size} promises whole`;
  });
  const twins = cases.filter(({ twin }) => twin !== undefined).length;
  return ['', ...counts, `${twins} cases have a twin that differs in the offending bytes only and is served.`];
}

function visible(text: string): string {
  return text.replace(/[^\x20-\x7e\xa1-\uffff]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The same for programs. */
export function report(cases: readonly Case[], columns: readonly Column[]): object {
  return {
    cases: cases.map(({ id, name, ref, twin }, at) => ({
      id,
      name,
      ref,
      twin: twin !== undefined,
      ...Object.fromEntries(columns.map(({ name: column, results }) => [column, results[at]])),
    })),
  };
}
