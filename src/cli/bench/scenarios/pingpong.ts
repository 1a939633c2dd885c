// One byte there and back, one visitor: the shortest conversation there is.
import { ALL_PATHS, lasting, type Scenario, settleMs } from '../scenario.ts';

const AROUND_MS = 20;

export const pingpong: Scenario = {
  id: 'pingpong',
  figures: [{ id: 'pingpong', title: '1 byte there and back', unit: 'µs', better: 'less' }],
  paths: ALL_PATHS,
  lastsMs: lasting(AROUND_MS),
  async measure(stage, path, seconds) {
    const { echo } = await stage.doors(path);
    const order = { at: echo, visitors: 1, seconds, settleMs: settleMs(seconds) };
    const { times } = await stage.loaders.carryOut({ kind: 'pingpong', ...order });
    return [times.at(0.5)];
  },
};
