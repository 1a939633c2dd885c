import { describe, expect, it } from 'vitest';
import { type Mischief, simulate } from './simulator.testkit.ts';

/** Seeds of one kind of mischief. `SEED=n` runs that seed alone. */
export function simulatorSuite(mischief: Mischief, seeds: number): void {
  const one = process.env.SEED;
  const from = one === undefined ? 1 : Number(one);
  const to = one === undefined ? seeds : from;
  describe(`seeds ${from} to ${to}, with mischief: ${mischief}`, () => {
    it('deliver every byte or abort visibly, and leave nothing behind', async () => {
      const sum = { bytes: 0, streams: 0, resets: 0 };
      for (let seed = from; seed <= to; seed++) {
        const { bytes, streams, resets } = await simulate(seed, mischief);
        sum.bytes += bytes;
        sum.streams += streams;
        sum.resets += resets;
      }
      console.log(`${mischief}: ${JSON.stringify(sum)}`);
      expect(sum.bytes).toBeGreaterThan(0);
    });
  });
}
