// What a row of the command table is, and short ways to write one. Data only: nothing here runs a command.

/** What a shell offers for a value, beside fixed choices. */
export type Offers = 'file' | 'directory' | 'gateway' | 'code' | 'command';

export interface OptionRow {
  readonly name: string;
  readonly type: 'string' | 'boolean' | 'number' | 'list';
  /** What the value is called in the help; absent for booleans. */
  readonly value?: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  /** Choices of the product's plan that are not built: a usage error that says so. */
  readonly laterChoices?: readonly string[];
  /** What counts when it is not given, for readers. */
  readonly default?: string;
  /** The heading it stands under in the help; without one, `Options`. */
  readonly group?: string;
  readonly offers?: Offers;
  /** In the product's plan but not built: using it is a usage error that says so. */
  readonly later?: true;
}

/** An argument that is no option: what it may be. */
export interface ArgumentRow {
  /** The words it may be, each with what it does and, where it takes more, what. */
  readonly choices?: readonly (readonly [word: string, does: string, takes?: string])[];
  readonly offers?: Offers;
}

export interface CommandRow {
  readonly name: string;
  /** Positional arguments in yargs notation. */
  readonly positionals: string;
  /** The same for readers, where the notation does not say enough. */
  readonly usage?: string;
  /** By their names in `positionals`. */
  readonly arguments?: Readonly<Record<string, ArgumentRow>>;
  readonly summary: string;
  /** More for the help, complete sentences; an empty line between paragraphs. */
  readonly more?: string;
  /** Whole command lines, each with what it does; every one is run by a test. */
  readonly examples?: readonly (readonly [line: string, does: string])[];
  readonly options: readonly OptionRow[];
  /** The exit statuses it may end with, beside those of every command. */
  readonly exits?: readonly number[];
  readonly later?: true;
}

/** What an option may have besides its name, value and summary. */
type Extra = Partial<Pick<OptionRow, 'choices' | 'laterChoices' | 'default' | 'offers'>>;

export const flag = (name: string, summary: string): OptionRow => ({ name, type: 'boolean', summary });
export const text = (name: string, value: string, summary: string, extra: Extra = {}): OptionRow => ({
  name,
  type: 'string',
  value,
  summary,
  ...extra,
});
export const list = (name: string, value: string, summary: string, extra: Extra = {}): OptionRow => ({
  name,
  type: 'list',
  value,
  summary,
  ...extra,
});
export const number = (name: string, value: string, summary: string, extra: Extra = {}): OptionRow => ({
  name,
  type: 'number',
  value,
  summary,
  ...extra,
});
export const later = (row: OptionRow): OptionRow => ({ ...row, later: true });
/** Options that stand together under one heading of the help. */
export const group = (heading: string, ...rows: readonly OptionRow[]): readonly OptionRow[] =>
  rows.map((row) => ({ ...row, group: heading }));
