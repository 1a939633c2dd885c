// Gives back to the system what nobody holds: garbage of V8, and free memory that the C library keeps for later.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Some 10 ms for each 10 MB that live, and a few for the rest. */
export function makeGiveBack(): () => void {
  const collect = collector();
  const trim = trimmer();
  return () => {
    collect();
    trim();
  };
}

/** V8 does not know of our limit and lets garbage lie while the machine has memory; Node hands its collector out only by this way. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}

interface Libc {
  dlopen(path: null, functions: object): { functions: { malloc_trim(pad: bigint): number } };
}

/** Only glibc keeps so much, and only glibc has this; without `node:ffi` (Node before 26, or not permitted) it is kept. */
function trimmer(): () => void {
  try {
    const { dlopen } = process.getBuiltinModule('node:ffi') as unknown as Libc;
    const { functions } = dlopen(null, { malloc_trim: { arguments: ['u64'], return: 'i32' } });
    return () => void functions.malloc_trim(0n);
  } catch {
    return () => {};
  }
}
