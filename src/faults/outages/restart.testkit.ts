// R1: the gateway is killed and comes back later.
import { setTimeout as elapse } from 'node:timers/promises';
import { limitValues } from '../../contract/limits.ts';
import { Scene } from './scene.testkit.ts';
import type { Figure, Trial } from './trial.ts';

const { retryCeilingMs, sessionSettledMs } = limitValues();
/** No outage is too short for this. */
const BACK_MS = 2_000;
const HANDSHAKE_MS = 1_000;
const SCALED_UP_TO_MS = 30_000;

/** After an outage that long. */
const promised = (awayMs: number) =>
  awayMs <= SCALED_UP_TO_MS ? Math.max(BACK_MS, awayMs) : retryCeilingMs + HANDSHAKE_MS;

export const restart = (program?: string): Trial => ({
  promise: 'R1',
  effort: { rounds: 4, agents: 5, awayMs: [500, 5_000, 20_000, 120_000] },
  run: ({ rounds, agents, awayMs }) =>
    Scene.play({ program }, async (scene) => {
      await scene.join(agents);
      const figures: Figure[] = [];
      for (const away of awayMs) {
        const ms: number[] = [];
        for (let round = 0; round < rounds; round += 1) {
          // What a gateway costs that loses whom it has just admitted is another question.
          await elapse(sessionSettledMs);
          await scene.gateway.running.stop('SIGKILL');
          await elapse(away);
          await scene.restartGateway();
          ms.push(...(await scene.back()));
        }
        figures.push({ what: `back after ${away / 1_000} s without a gateway`, ms, most: promised(away) });
      }
      const again = scene.agents.filter((agent) => scene.count(agent, 'ready') !== 1);
      return { figures, notes: [], wrong: again.map(({ url }) => `${url} was told as ready twice`) };
    }),
});
