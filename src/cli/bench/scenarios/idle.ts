// What a visitor costs who is connected and says nothing: the slope of the memory of gateway and agent between two crowds.
import { residentBytes } from '../memory.ts';
import { type Scenario, TUNNELS } from '../scenario.ts';
import { visitorsAtOnce } from './nofile.ts';

/** The first crowd: what is allocated once is there. */
const FEW = 500;
const MANY = 2_500;
/** Starting a tunnel, letting the crowds in, ending all. */
const LASTS_MS = 2_500;

export const idle: Scenario = {
  id: 'idle',
  figures: [{ id: 'idle', title: 'memory of an idle visitor', unit: 'bytes', better: 'less' }],
  paths: TUNNELS,
  cold: true,
  lastsMs: () => LASTS_MS,
  async measure(stage, path) {
    const many = visitorsAtOnce(MANY, 2 * FEW);
    // A used tunnel has room left from busier times: its memory would not grow.
    const tunnel = await stage.freshTunnel(path === 'plain' ? 'plain' : 'tls');
    const crowd = async (visitors: number) => {
      await stage.loaders.carryOut({ kind: 'idle', at: tunnel.doors.echo, visitors });
      return residentBytes(tunnel.pids);
    };
    try {
      const few = await crowd(FEW);
      return [((await crowd(many)) - few) / (many - FEW)];
    } finally {
      await crowd(0).finally(() => tunnel.stop());
    }
  },
};
