// R7: the agents stand still for a while, as a process does that is stopped.
import { setTimeout as elapse } from 'node:timers/promises';
import { Scene } from './scene.testkit.ts';
import type { Figure, Trial } from './trial.ts';

const USABLE_MS = 3_000;
/** A gateway still waits for whoever is silent so long. */
const NAP_MS = 10_000;

export const sleep = (program?: string): Trial => ({
  promise: 'R7',
  effort: { rounds: 4, agents: 5, awayMs: [5_000, 60_000] },
  run: ({ rounds, agents, awayMs }) =>
    Scene.play({ program }, async (scene) => {
      await scene.join(agents);
      const [figures, notes, wrong]: [Figure[], string[], string[]] = [[], [], []];
      for (const away of awayMs) {
        const ms: number[] = [];
        const connected = () => scene.agents.map((agent) => scene.count(agent, 'connected'));
        const before = connected();
        for (let round = 0; round < rounds; round += 1) {
          for (const { running } of scene.agents) running.child.kill('SIGSTOP');
          await elapse(away);
          for (const { running } of scene.agents) running.child.kill('SIGCONT');
          ms.push(...(await scene.back()));
        }
        const reconnects = connected().reduce((sum, count, at) => sum + count - before[at]!, 0);
        figures.push({ what: `usable after ${away / 1_000} s of standing still`, ms, most: USABLE_MS });
        notes.push(`${reconnects} reconnects in ${ms.length} times of ${away / 1_000} s`);
        if (away < NAP_MS && reconnects > 0) wrong.push(`${reconnects} reconnects after naps of ${away} ms`);
      }
      return { figures, notes, wrong };
    }),
});
