/** What each kind of fault did, as it is counted. */
const UNITS: Readonly<Record<string, string>> = {
  latency: 'bytes or datagrams late',
  bandwidth: 'bytes held back',
  stall: 'bytes held back',
  slice: 'pieces',
  'half-open': 'bytes swallowed',
  reset: 'RST',
  limit: 'FIN',
  loss: 'packets dropped',
  blackhole: 'packets dropped',
  kill: 'gone',
  stop: 'ms still',
  drop: 'datagrams dropped',
  duplicate: 'datagrams doubled',
  reorder: 'datagrams overtaken',
};

/** Landed faults by kind × hop × protocol. A cell without one is a hole in the proof. */
export class Tally {
  readonly #landed = new Map<string, number>();
  /** What all of a row did together. */
  readonly #amounts = new Map<string, number>();
  readonly #protocols: readonly string[];
  missed = 0;

  /** `cells`: all that are to land; a kind need not be possible at each place for each protocol. */
  constructor(
    protocols: readonly string[],
    cells: readonly (readonly [kind: string, place: string, protocol: string])[],
  ) {
    this.#protocols = protocols;
    for (const cell of cells) this.#landed.set(key(...cell), 0);
  }

  /** `amount`: what it did; 0: it did not land. */
  add(kind: string, place: string, protocol: string, amount: number): void {
    if (amount === 0) this.missed += 1;
    else this.#landed.set(key(kind, place, protocol), this.count(kind, place, protocol) + 1);
    const row = `${kind}\t${place}`;
    this.#amounts.set(row, (this.#amounts.get(row) ?? 0) + amount);
  }

  count(kind: string, place: string, protocol: string): number {
    return this.#landed.get(key(kind, place, protocol)) ?? 0;
  }

  get landed(): number {
    return [...this.#landed.values()].reduce((sum, count) => sum + count, 0);
  }

  get empty(): readonly string[] {
    return [...this.#landed].filter(([, count]) => count === 0).map(([cell]) => cell.replaceAll('\t', ' × '));
  }

  get #rows(): readonly string[] {
    const rows = [...new Set([...this.#landed.keys()].map((cell) => cell.slice(0, cell.lastIndexOf('\t'))))];
    return Object.values(Object.groupBy(rows, (row) => row.slice(0, row.indexOf('\t')))).flatMap((kind) => kind ?? []);
  }

  toString(): string {
    const lines = this.#rows.map((row) => {
      const [kind, place] = row.split('\t') as [string, string];
      const counts = this.#protocols.map((each) =>
        String(this.#landed.get(key(kind, place, each)) ?? '–').padStart(12),
      );
      const amount = (this.#amounts.get(row) ?? 0).toLocaleString('en');
      return `${kind.padEnd(10)} ${place.padEnd(18)}${counts.join('')}   ${amount} ${UNITS[kind]}`;
    });
    const names = this.#protocols.map((name) => name.padStart(12));
    const head = `${'fault'.padEnd(10)} ${'where'.padEnd(18)}${names.join('')}   effect`;
    return [head, ...lines].join('\n');
  }
}

const key = (kind: string, place: string, protocol: string) => `${kind}\t${place}\t${protocol}`;
