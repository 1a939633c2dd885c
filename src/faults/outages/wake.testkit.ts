// R7: the agents' machine slept. Their clock has jumped, and their gateway was killed and started anew without a word reaching them.
import { setTimeout as elapse } from 'node:timers/promises';
import { limitValues } from '../../contract/limits.ts';
import { SetClock } from './clock.testkit.ts';
import { Scene } from './scene.testkit.ts';
import type { Trial } from './trial.ts';

const USABLE_MS = 3_000;
const ASLEEP_MINUTES = 10;
const { sessionSettledMs } = limitValues();

export const wake = (program?: string): Trial => ({
  promise: 'R7',
  effort: { rounds: 4, agents: 5, awayMs: [] },
  run: ({ rounds, agents }) =>
    Scene.play({ program, far: true }, async (scene) => {
      const clock = new SetClock(scene.world.path('clock'));
      await scene.join(agents, clock.env);
      const ms: number[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        if (round > 1) await elapse(sessionSettledMs);
        scene.far!.cut();
        await scene.gateway.running.stop('SIGKILL');
        await scene.restartGateway();
        scene.far!.heal();
        clock.set(round * ASLEEP_MINUTES);
        ms.push(...(await scene.back()));
      }
      const wrong = scene.agents.flatMap(({ running }, at) =>
        running.child.exitCode === null ? [] : [`agent ${at} ended: ${running.stderr}`],
      );
      return { figures: [{ what: 'usable after a jump of the clock', ms, most: USABLE_MS }], notes: [], wrong };
    }),
});
