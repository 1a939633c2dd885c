// The order of a run: a round that does not count, then rounds of all scenarios, with the paths of each one after the other, so that what
// drifts on the machine drifts for all of them. Knows nothing of what is measured.
import type { Figure, Measured, Path } from './report-types.ts';
import type { FigureRow } from './scenario.ts';

/** As much of a scenario as it takes to put it in order. */
export interface Turn {
  readonly id: string;
  readonly figures: readonly FigureRow[];
  readonly paths: readonly Path[];
  readonly cold?: true;
}

export interface RoundsOptions<T extends Turn> {
  readonly runs: number;
  /** `round`: 0 is the one that does not count. */
  readonly measure: (turn: T, path: Path, round: number) => Promise<readonly number[]>;
  readonly say: (text: string) => void;
  /** What is aborted ends the run, not only a scenario. */
  readonly signal: AbortSignal;
}

/** The paths of a round: each is the first one in turn. */
export function rotated<T>(values: readonly T[], by: number): readonly T[] {
  const at = by % values.length;
  return [...values.slice(at), ...values.slice(0, at)];
}

class Findings<T extends Turn> {
  readonly #samples = new Map<string, number[]>();
  readonly #failures = new Map<T, string>();

  failed(turn: T): boolean {
    return this.#failures.has(turn);
  }

  fail(turn: T, why: string): void {
    this.#failures.set(turn, why);
  }

  add(turn: T, path: Path, values: readonly number[]): void {
    for (const [at, { id }] of turn.figures.entries()) this.#of(id, path).push(values[at]!);
  }

  #of(id: string, path: Path): number[] {
    const key = `${id} ${path}`;
    const samples = this.#samples.get(key) ?? [];
    this.#samples.set(key, samples);
    return samples;
  }

  result(turns: readonly T[]): Pick<Measured, 'figures' | 'failures'> {
    const figuresOf = ({ figures, paths }: T): Figure[] =>
      figures.map((row) => ({ ...row, series: paths.map((path) => ({ path, samples: this.#of(row.id, path) })) }));
    return {
      figures: turns.filter((turn) => !this.failed(turn)).flatMap(figuresOf),
      failures: [...this.#failures].map(([{ id }, why]) => ({ scenario: id, why })),
    };
  }
}

/** A scenario that fails is not measured again; the others go on. Rejects only when aborted. */
export async function runRounds<T extends Turn>(
  turns: readonly T[],
  { runs, measure, say, signal }: RoundsOptions<T>,
): Promise<Pick<Measured, 'figures' | 'failures'>> {
  const findings = new Findings<T>();
  for (let round = 0; round <= runs; round++) {
    for (const turn of turns.filter(({ cold }) => round > 0 || !cold)) {
      for (const path of rotated(turn.paths, round)) {
        signal.throwIfAborted();
        if (findings.failed(turn)) break;
        say(`${round === 0 ? 'warming up' : `round ${round} of ${runs}`}: ${turn.id}, ${path}`);
        try {
          const values = await measure(turn, path, round);
          if (round > 0) findings.add(turn, path, values);
        } catch (error) {
          signal.throwIfAborted();
          findings.fail(turn, `${path}: ${(error as Error).message}`);
        }
      }
    }
  }
  return findings.result(turns);
}
