// Small requests, each on a new connection.
import { ALL_PATHS, lasting, type Scenario, settleMs } from '../scenario.ts';

const VISITORS = 16;
const AROUND_MS = 40;

export const connect: Scenario = {
  id: 'connect',
  figures: [{ id: 'connect', title: `new connections, ${VISITORS} visitors`, unit: 'conn/s', better: 'more' }],
  paths: ALL_PATHS,
  lastsMs: lasting(AROUND_MS),
  async measure(stage, path, seconds) {
    const { http, named } = await stage.doors(path);
    const order = { at: http, visitors: VISITORS, seconds, settleMs: settleMs(seconds), hostHeader: named.hostHeader };
    const { rate } = await stage.loaders.carryOut({ kind: 'connections', ...order });
    return [rate];
  },
};
