/** A timer that was asked for; cancelling one that has fired or was cancelled does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * Time as a parameter, so that tests run on a virtual clock.
 * Real clocks round timers up to 100 ms: arming near timers is what costs on virtual machines.
 */
export interface Clock {
  /** Monotonic milliseconds; only differences mean anything. */
  now(): number;
  /** Wall-clock milliseconds since 1970, for certificates, logs and noticing sleep; never for protocol decisions. */
  wall(): number;
  /** Calls `fire` once, not before `delayMs` have passed. */
  after(delayMs: number, fire: () => void): Timer;
}
