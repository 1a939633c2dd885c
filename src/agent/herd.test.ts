import { expect, it } from 'vitest';
import { Random } from '../pipe/memory/random.ts';
import { exposure, World } from './gateway.testkit.ts';

const AGENTS = 500;
const OUTAGE_MS = 10_000;

it('500 agents whose gateway is away for 10 s do not come back as a herd, nor any two in step (R5)', async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = new Random(seed);
  const world = new World();
  const agents = Array.from({ length: AGENTS }, () => ({ dials: [] as number[], pauses: [] as number[] }));
  for (const { dials, pauses } of agents) {
    world.start([exposure('3000')], {
      random: () => random.next(),
      tell: (event) => event.type === 'retrying' && pauses.push(event.inMs),
      dial: () => {
        const now = world.clock.now();
        dials.push(now);
        // Admitted: it dials no more.
        return now >= OUTAGE_MS ? new Promise(() => {}) : Promise.reject(new Error('away'));
      },
    });
  }
  await world.pass(2 * OUTAGE_MS, 250);
  const back = agents.map(({ dials }) => dials.at(-1)! - OUTAGE_MS);
  expect(Math.min(...back), `seed ${seed}`).toBeGreaterThanOrEqual(0);
  const seconds = new Array<number>(OUTAGE_MS / 1_000 + 1).fill(0);
  for (const ms of back) seconds[Math.floor(ms / 1_000)]! += 1;
  // The first second also has those who would have come anyway.
  const mean = AGENTS / (OUTAGE_MS / 1_000);
  console.log(
    `in each second: ${seconds}; ${(Math.max(...seconds) / mean).toFixed(2)} × the mean at most; all were back after ${Math.max(...back).toFixed(0)} ms`,
  );
  expect(Math.max(...seconds.slice(1)), `seed ${seed}`).toBeLessThanOrEqual(3 * mean);
  expect(Math.max(...back), `seed ${seed}`).toBeLessThanOrEqual(OUTAGE_MS);
  expect(new Set(agents.map(({ pauses }) => pauses.join())).size, `seed ${seed}`).toBe(AGENTS);
});
