// One target of `make fuzz`: inputs by chance until its time is up, how many of them there were, what they came to, and how much of the code
// they reached. In the tests it is tiny. FUZZ_SECONDS makes it long, FUZZ_SEED makes it what it was.
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0);
const SEED = process.env.FUZZ_SEED === undefined ? Date.now() % 2 ** 31 : Number(process.env.FUZZ_SEED);

export interface Target<T> {
  /** Files below `src/` that are fuzzed: how much of them ran is told after a long run. */
  readonly of: readonly string[];
  readonly input: fc.Arbitrary<T>;
  /** Inputs in the tests. */
  readonly runs: number;
  /** What must have come of some inputs, so that none of them is turned away before it is looked at. */
  readonly outcomes: readonly string[];
  /** What comes of one input, in a word. Throws for a finding; fast-check then looks for the least input that throws. */
  look(input: T): string | Promise<string>;
}

/** `name` states what is not found. */
export function fuzzes<T>(name: string, target: Target<T>): void {
  it(name, { timeout: 60_000 + SECONDS * 1_000 }, async () => {
    const seen: Record<string, number> = {};
    const coverage = SECONDS > 0 ? await Coverage.begin() : undefined;
    const property = fc.asyncProperty(target.input, async (input) => {
      const outcome = await target.look(input);
      seen[outcome] = (seen[outcome] ?? 0) + 1;
    });
    const length = SECONDS > 0 ? { numRuns: 1e9, interruptAfterTimeLimit: SECONDS * 1_000 } : { numRuns: target.runs };
    await fc.assert(property, { seed: SEED, ...length });
    const inputs = Object.values(seen).reduce((sum, count) => sum + count, 0);
    const ran = (await coverage?.end(target.of)) ?? [];
    console.log([`${name}: ${inputs} inputs, 0 crashes, FUZZ_SEED=${SEED}`, JSON.stringify(seen), ...ran].join('\n  '));
    expect(Object.keys(seen)).toEqual(expect.arrayContaining([...target.outcomes]));
  });
}

/** What V8 counts of the code that runs, block by block. */
class Coverage {
  readonly #session = new Session();

  static async begin(): Promise<Coverage> {
    const coverage = new Coverage();
    coverage.#session.connect();
    await coverage.#session.post('Profiler.enable');
    await coverage.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    return coverage;
  }

  /** A line for each file: the share of what stands in its functions that ran. */
  async end(files: readonly string[]): Promise<readonly string[]> {
    const { result } = await this.#session.post('Profiler.takePreciseCoverage');
    this.#session.disconnect();
    return files.map((file) => {
      const url = pathToFileURL(join(import.meta.dirname, file)).href;
      const script = result.find((each) => each.url === url || each.url.endsWith(`/src/${file}`));
      return `${file}: ${script === undefined ? 'not seen' : `${shareOf(script.functions)}% of its code ran`}`;
    });
  }
}

interface Range {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

interface Ranges {
  readonly ranges: readonly Range[];
}

/** Of what stands in functions: the module around them ran before. Inner ranges stand behind those around them, and say more. */
function shareOf(functions: readonly Ranges[]): number {
  const end = Math.max(0, ...functions.map(({ ranges }) => ranges[0]!.endOffset));
  const inner = functions.filter(({ ranges }) => ranges[0]!.startOffset > 0 || ranges[0]!.endOffset < end);
  const all = inner.flatMap(({ ranges }) => ranges);
  const ran = new Uint8Array(end).fill(2);
  for (const { startOffset, endOffset, count } of all.toSorted(outerFirst))
    ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
  const known = ran.filter((each) => each < 2);
  return Math.round((100 * known.reduce((sum, each) => sum + each, 0)) / Math.max(1, known.length));
}

const outerFirst = (a: Range, b: Range) => a.startOffset - b.startOffset || b.endOffset - a.endOffset;
