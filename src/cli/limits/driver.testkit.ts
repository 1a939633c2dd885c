// What a driver of one row of the limits table is.
import type { ErrorCode } from '../../contract/errors.ts';
import type { LimitName, Limits } from '../../contract/limits.ts';
import type { LimitWorld } from './world.testkit.ts';

export interface Driver {
  /** Shrunken, so that the bound is near. */
  readonly limits: Partial<Limits>;
  /** Goes to the bound. Throws unless that works. */
  at(world: LimitWorld): Promise<void>;
  /** Goes one past it. Resolves with the code that whoever did was given; undefined where the row has none. */
  past(world: LimitWorld): Promise<ErrorCode | undefined>;
  /** False where it is not the gateway that stops things (then only the code is counted), and where the end is an everyday one. */
  readonly isCounted?: false;
}

export type Drivers = { readonly [Name in LimitName]?: Driver };

export function assertWorks(what: string, works: boolean): void {
  if (!works) throw new Error(`does not work at the bound: ${what}`);
}

/** Runs `work`, which must not be done before `ms` have passed: a bound on time that strikes early is none. */
export async function notBefore<T>(ms: number, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  const took = performance.now() - began;
  if (took < ms) throw new Error(`after ${took.toFixed(0)} ms already, not ${ms} ms`);
  return result;
}

/** Until it is so, letting everything else run meanwhile. Bounded by the test's own timeout. */
export async function until(so: () => boolean): Promise<void> {
  while (!so()) await new Promise((resolve) => setImmediate(resolve));
}
