// Small requests while a download takes all it can get: whether one stream holds up the others.
import { ALL_PATHS, lasting, type Scenario, settleMs } from '../scenario.ts';

const VISITORS = 4;
/** Finishing the download. */
const AROUND_MS = 150;

export const beside: Scenario = {
  id: 'beside',
  figures: [{ id: 'beside.p99', title: 'requests beside a download: 99th percentile', unit: 'µs', better: 'less' }],
  paths: ALL_PATHS,
  lastsMs: lasting(AROUND_MS),
  async measure(stage, path, seconds) {
    const { http, named } = await stage.doors(path);
    const order = { at: http, seconds, settleMs: settleMs(seconds) };
    const { hostHeader } = named;
    // In processes of their own: the download must not hold up the one that takes the time.
    const [requests, download] = await Promise.allSettled([
      stage.loaders.carryOut({ kind: 'requests', ...order, visitors: VISITORS, hostHeader }),
      stage.otherLoaders.carryOut({ kind: 'download', ...order, visitors: 1 }),
    ]);
    if (requests.status === 'rejected') throw requests.reason;
    if (download.status === 'rejected') throw download.reason;
    return [requests.value.times.at(0.99)];
  },
};
