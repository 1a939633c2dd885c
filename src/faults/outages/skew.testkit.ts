// R13: clocks that are wrong. What a process believes to be the time is Debian's libfaketime's; how fast it passes stays true.
import { existsSync } from 'node:fs';
import { Scene } from './scene.testkit.ts';
import type { Figure, Trial } from './trial.ts';

const LIBRARY = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`);
const MINUTES = 10;
const BACK_MS = 2_000;

/** What makes a program's clock wrong by so many minutes. */
function wrongBy(minutes: number): Record<string, string> {
  const library = LIBRARY.find((path) => existsSync(path));
  if (library === undefined) throw new Error('libfaketime is not installed');
  const offset = `${minutes > 0 ? '+' : ''}${minutes}m`;
  return { LD_PRELOAD: library, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
}

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
