import { describe, expect, it } from 'vitest';
import { FRAME_NAMES } from './codec.testkit.ts';
import { type FuzzReport, fuzz } from './fuzz.testkit.ts';

// FUZZ_SECONDS makes it long (`make fuzz`), FUZZ_SEED makes it what it was.
const seconds = Number(process.env.FUZZ_SECONDS ?? 1);
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31);

/** Payloads that are bytes of any kind, so that none can be refused. */
const RAW = ['DATA', 'DATAGRAM'];

function print({ executions, outcomes }: FuzzReport): string {
  const lines = Object.entries(outcomes).map(([target, counts]) => `  ${target.padEnd(16)}${JSON.stringify(counts)}`);
  return [`protocol fuzz: FUZZ_SEED=${seed}, ${executions} inputs in ${seconds} s`, ...lines.sort()].join('\n');
}

describe('the byte fuzzer', () => {
  it('finds nothing that throws untyped, outgrows its bound, or is read otherwise by the reference', {
    timeout: seconds * 1_000 + 60_000,
  }, () => {
    const end = performance.now() + seconds * 1_000;
    // At least some thousands on a slow machine, where the assertion below would else starve.
    const report = fuzz(seed, (executions) => executions < 5_000 || performance.now() < end);
    console.log(print(report));
    for (const target of ['preface', 'link', ...FRAME_NAMES]) {
      expect(report.outcomes[target]?.taken, `${target} took none`).toBeGreaterThan(0);
      if (RAW.includes(target)) continue;
      const { taken: _, ...refused } = report.outcomes[target]!;
      expect(Object.keys(refused), `${target} refused none`).not.toEqual([]);
    }
  });

  it('does the same again with the same seed', () => {
    const run = () => fuzz(42, (executions) => executions < 300);
    expect(run()).toEqual(run());
  });
});
