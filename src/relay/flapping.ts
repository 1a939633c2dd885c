import type { Clock } from '../contract/clock.ts';

/**
 * Notices two live processes with one agent key that take an exposure from each other again and again.
 * Knows keys and moments; the registry says what a takeover was.
 */

const WINDOW_MS = 60_000;
const TAKEOVERS = 3;
const QUARANTINE_MS = 60_000;

export class Flapping {
  readonly #clock: Clock;
  readonly #takeoversOf = new Map<string, number[]>();
  readonly #until = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts a takeover. True if this one starts a quarantine of the key. */
  takeover(agentKey: string): boolean {
    const now = this.#clock.now();
    const recent = (this.#takeoversOf.get(agentKey) ?? []).filter((at) => now - at < WINDOW_MS);
    recent.push(now);
    if (recent.length < TAKEOVERS) {
      this.#takeoversOf.set(agentKey, recent);
      this.#prune(now);
      return false;
    }
    this.#takeoversOf.delete(agentKey);
    this.#until.set(agentKey, now + QUARANTINE_MS);
    return true;
  }

  /** Milliseconds the key must still stay away; 0 if it may come. */
  quarantinedMs(agentKey: string): number {
    const until = this.#until.get(agentKey);
    if (until === undefined) return 0;
    const left = Math.ceil(until - this.#clock.now());
    if (left <= 0) this.#until.delete(agentKey);
    return Math.max(0, left);
  }

  /** Forgets what is over; both tables hold only keys that were busy in the last minute or two. */
  #prune(now: number): void {
    for (const [key, moments] of this.#takeoversOf) {
      if (now - (moments.at(-1) ?? 0) >= WINDOW_MS) this.#takeoversOf.delete(key);
    }
    for (const [key, until] of this.#until) if (until <= now) this.#until.delete(key);
  }
}
