// R8: the agents' machine moves from one network to another: its address, its way and its default route are others at once.
import { setTimeout as elapse } from 'node:timers/promises';
import { limitValues } from '../../contract/limits.ts';
import { Scene } from './scene.testkit.ts';
import type { Trial } from './trial.ts';

const USABLE_MS = 3_000;
const { sessionSettledMs } = limitValues();

export const roam = (program?: string): Trial => ({
  promise: 'R8',
  effort: { rounds: 4, agents: 5, awayMs: [] },
  run: ({ rounds, agents }) =>
    Scene.play({ program, far: true }, async (scene) => {
      await scene.join(agents);
      const ms: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        if (round > 0) await elapse(sessionSettledMs);
        scene.far!.move();
        ms.push(...(await scene.back()));
      }
      return { figures: [{ what: 'usable on another network', ms, most: USABLE_MS }], notes: [], wrong: [] };
    }),
});
