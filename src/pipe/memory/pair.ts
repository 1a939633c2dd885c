// A plain pair of pipes inside the process: no faults, no delays. For origins that live in it.
import { type Defect, throwOn } from '../../contract/defect.ts';
import type { Pipe } from '../../contract/pipe.ts';
import { Tellings } from '../telling.ts';
import { MemoryPipe, type Wire } from './pipe.ts';

const DIRECT: Wire = {
  carry: (to, parcel) => to.arrive(parcel),
  portion: (possible) => possible,
};

/**
 * Two ends of one pipe, connected. `schedule` runs its argument later, never at once: `setImmediate`, `queueMicrotask`.
 * Each direction holds up to `bufferBytes`, allocated with its first byte. `defect` is told of what the owners of the two throw.
 */
export function makePair(
  schedule: (turn: () => void) => void,
  bufferBytes = 65_536,
  defect: Defect = throwOn,
): [Pipe, Pipe] {
  let asked = false;
  const tellings = new Tellings(() => {
    if (asked) return;
    asked = true;
    schedule(() => {
      asked = false;
      tellings.tell();
    });
  }, defect);
  const left = new MemoryPipe(tellings, DIRECT, bufferBytes);
  const right = new MemoryPipe(tellings, DIRECT, bufferBytes);
  left.connect(right, undefined);
  right.connect(left, undefined);
  return [left, right];
}
