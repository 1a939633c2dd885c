// Large bodies down and up; every byte is compared at the other end.
import { ALL_PATHS, lasting, type Scenario, settleMs } from '../scenario.ts';

/** Finishing the bodies that are under way. */
const AROUND_MS = 250;
const BYTES = 1e6;

export function bulk(direction: 'down' | 'up', streams: number): Scenario {
  const id = `bulk.${direction}.c${streams}`;
  const verb = direction === 'down' ? 'downloads' : 'uploads';
  const title = streams === 1 ? `1 ${verb.slice(0, -1)}` : `${streams} ${verb} at once`;
  return {
    id,
    figures: [{ id, title, unit: 'MB/s', better: 'more' }],
    paths: ALL_PATHS,
    lastsMs: lasting(AROUND_MS),
    async measure(stage, path, seconds) {
      const doors = await stage.doors(path);
      const order = { visitors: streams, seconds, settleMs: settleMs(seconds) };
      const { rate } = await stage.loaders.carryOut(
        direction === 'down'
          ? { kind: 'download', at: doors.http, ...order }
          : { kind: 'upload', at: doors.sink, ...order },
      );
      return [rate / BYTES];
    },
  };
}
