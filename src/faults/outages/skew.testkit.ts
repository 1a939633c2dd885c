// R13: the clocks of gateway and agents are wrong.
import { wrongBy } from './clock.testkit.ts';
import { Scene } from './scene.testkit.ts';
import type { Figure, Trial } from './trial.ts';

const MINUTES = 10;
const BACK_MS = 2_000;

/** Minutes that the gateway and the agent are wrong by. */
const SKEWS = [
  [MINUTES, 0],
  [-MINUTES, 0],
  [0, MINUTES],
  [0, -MINUTES],
  [MINUTES, -MINUTES],
] as const;

export const skew = (program?: string): Trial => ({
  promise: 'R13',
  effort: { rounds: SKEWS.length, agents: 2, awayMs: [] },
  async run({ rounds, agents }) {
    const [ms, wrong]: [number[], string[]] = [[], []];
    // Of few rounds the last: there both are wrong, and not alike.
    for (const [gateway, agent] of SKEWS.slice(-rounds)) {
      const gatewayEnv = gateway === 0 ? {} : wrongBy(gateway);
      await Scene.play({ program, gatewayEnv }, async (scene) => {
        await scene.join(agents, agent === 0 ? {} : wrongBy(agent));
        await scene.gateway.running.stop('SIGKILL');
        await scene.restartGateway();
        ms.push(...(await scene.back()));
        const refused = scene.agents.reduce((sum, each) => sum + scene.count(each, 'refused'), 0);
        if (refused > 0) wrong.push(`${refused} refusals with clocks at ${gateway} and ${agent} minutes`);
      });
    }
    const figures: Figure[] = [{ what: 'back after a restart, with wrong clocks', ms, most: BACK_MS }];
    return { figures, notes: [`each of ${rounds} pairs of clocks was admitted, served, and back`], wrong };
  },
});
