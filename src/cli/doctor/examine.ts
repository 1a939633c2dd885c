// Runs checks: those that wait for none at the same time, each within its time, and tells of them in the order of the table.
import { asTunnelError } from '../talk.ts';
import { type Check, type Finding, failed, failure, notChecked } from './check.ts';
import type { Patient } from './patient.ts';

export interface Result extends Finding {
  readonly check: Check;
  readonly ms: number;
  /** The failure that left this one unchecked. */
  readonly blame?: Check | undefined;
}

export interface Times {
  /** For one check. */
  readonly checkMs: number;
  /** For all. */
  readonly allMs: number;
}

const LATE_TODO = 'Try again. If it stays so, this machine is very busy, or packets are lost on the way.';

const blameOf = ({ outcome, check, blame }: Result) => (outcome === 'failure' ? check : blame);

async function within(check: Check, patient: Patient, times: Times, overall: AbortSignal): Promise<Finding> {
  if (overall.aborted) return notChecked('because there was no time left');
  const signal = AbortSignal.any([overall, AbortSignal.timeout(times.checkMs)]);
  const { promise: late, resolve } = Promise.withResolvers<Finding>();
  const { late: meaning = failure('TK-4008', `No result in ${times.checkMs / 1_000} s.`, LATE_TODO) } = check;
  signal.addEventListener('abort', () => resolve(meaning));
  const found = check.run(patient, signal).catch((thrown: unknown) => failed(asTunnelError(thrown)));
  return Promise.race([found, late]);
}

/** `tell` is called once for each check, in order, as soon as those before it are told. */
export async function examine(
  checks: readonly Check[],
  patient: Patient,
  times: Times,
  tell: (result: Result) => void,
): Promise<readonly Result[]> {
  const overall = AbortSignal.timeout(times.allMs);
  const found = new Map<Check, Promise<Result>>();
  for (const check of checks) {
    const needed = Promise.all(check.needs.map((need) => found.get(need)!));
    found.set(
      check,
      needed.then(async (results) => {
        const blame = results.map(blameOf).find(Boolean);
        const startedAt = performance.now();
        const finding = blame
          ? notChecked(`because "${blame.title}" failed`)
          : await within(check, patient, times, overall);
        return { ...finding, check, blame, ms: performance.now() - startedAt };
      }),
    );
  }
  const results: Result[] = [];
  for (const result of found.values()) {
    results.push(await result);
    tell(results.at(-1)!);
  }
  return results;
}
