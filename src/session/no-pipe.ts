import { type Pipe, RESET } from '../contract/pipe.ts';

/** Stands in for a pipe that was let go, or never was: broken, and deaf to everything. */
export const NO_PIPE: Pipe = Object.freeze({
  get owner(): undefined {
    return undefined;
  },
  set owner(_owner: undefined) {},
  read: () => RESET,
  more: false,
  write: () => RESET,
  end() {},
  reset() {},
  close() {},
  want() {},
  cause: 'local',
});
