import type { Clock, Timer } from '../contract/clock.ts';
import { ERRORS, type ErrorCode, type ErrorRow } from '../contract/errors.ts';
import type { Exposure } from './exposures.ts';

/**
 * The exposures a gateway refused: for good, or for a reason that passes, and then when they are announced again: all by one timer,
 * or with everything else in the next session.
 */
export class Refusals {
  readonly #clock: Clock;
  readonly #again: (exposure: Exposure) => void;
  readonly #lasting = new Set<Exposure>();
  readonly #passing = new Set<Exposure>();
  #timer: Timer | undefined;

  constructor(clock: Clock, again: (exposure: Exposure) => void) {
    this.#clock = clock;
    this.#again = again;
  }

  /** How many are refused for good. */
  get lasting(): number {
    return this.#lasting.size;
  }

  /** `againInMs`: when those refused for a reason that passes are announced again; counts from the first of them. */
  add(exposure: Exposure, code: ErrorCode, againInMs: number): void {
    if (isLasting(code)) {
      this.#lasting.add(exposure);
      return;
    }
    this.#passing.add(exposure);
    this.#timer ??= this.#clock.after(againInMs, () => {
      const due = [...this.#passing];
      this.#passing.clear();
      this.#timer = undefined;
      for (const each of due) this.#again(each);
    });
  }

  forget(exposure: Exposure): void {
    this.#lasting.delete(exposure);
    this.#passing.delete(exposure);
  }

  /** A new session begins, or the last has ended. */
  clear(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#lasting.clear();
    this.#passing.clear();
  }
}

/** Refusals that stay until somebody acts: those the program would exit with 3, 4 or 7 for. */
export function isLasting(code: ErrorCode): boolean {
  const { exit }: ErrorRow = ERRORS[code];
  return exit === 3 || exit === 4 || exit === 7;
}
