import type { Clock } from '../contract/clock.ts';
import type { Limits } from '../contract/limits.ts';
import { parseIp } from '../router/address.ts';

/**
 * Bounds on peers that have not proved anything yet: how many at once, how many a second, how many failures an address.
 * Knows addresses and time; knows nothing of sessions, tokens or keys.
 */

/** Which bound was hit, and when to try again. */
export interface Refusal {
  readonly bound: 'linksPendingPerAddress' | 'linksPending' | 'handshakesPerSecond' | 'authFailuresPerMinute';
  readonly comeBackInMs: number;
}

/** A place among the pending links; settled once, later calls do nothing. */
export interface Ticket {
  settle(outcome: 'admitted' | 'failed' | 'gone'): void;
}

const FAILURE_WINDOW_MS = 60_000;
/** Addresses remembered before those whose minute is over are dropped. A failure costs its sender a whole handshake. */
const FAILURES_KEPT = 4_096;

export class Admission {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #chance: () => number;
  readonly #pendingOf = new Map<string, number>();
  readonly #failuresOf = new Map<string, { count: number; since: number }>();
  #pending = 0;
  #budget: number;
  #budgetAt: number;

  /** `chance`: a number in [0, 1), so that those sent away do not come back together. */
  constructor(clock: Clock, limits: Limits, chance: () => number) {
    this.#clock = clock;
    this.#limits = limits;
    this.#chance = chance;
    this.#budget = limits.handshakesPerSecond;
    this.#budgetAt = clock.now();
  }

  get pending(): number {
    return this.#pending;
  }

  /** `address`: `ip:port` as links carry it. */
  arrive(address: string): Ticket | Refusal {
    const from = networkOf(address);
    const refusal = this.#refusal(from);
    if (refusal !== undefined) return refusal;
    this.#budget -= 1;
    this.#pending += 1;
    this.#pendingOf.set(from, (this.#pendingOf.get(from) ?? 0) + 1);
    let settled = false;
    return {
      settle: (outcome) => {
        if (settled) return;
        settled = true;
        this.#leave(from);
        if (outcome === 'failed') this.#fail(from);
      },
    };
  }

  #refusal(from: string): Refusal | undefined {
    const now = this.#clock.now();
    const failures = this.#failuresOf.get(from);
    const left = failures === undefined ? 0 : failures.since + FAILURE_WINDOW_MS - now;
    if (failures !== undefined && left > 0 && failures.count >= this.#limits.authFailuresPerMinute) {
      return { bound: 'authFailuresPerMinute', comeBackInMs: Math.ceil(left) };
    }
    if ((this.#pendingOf.get(from) ?? 0) >= this.#limits.linksPendingPerAddress) {
      return this.#later('linksPendingPerAddress');
    }
    if (this.#pending >= this.#limits.linksPending) return this.#later('linksPending');
    const rate = this.#limits.handshakesPerSecond;
    this.#budget = Math.min(rate, this.#budget + ((now - this.#budgetAt) / 1_000) * rate);
    this.#budgetAt = now;
    return this.#budget < 1 ? this.#later('handshakesPerSecond') : undefined;
  }

  /** Between one and five seconds: a burst of a thousand agents fits into that at 200 a second. */
  #later(bound: Refusal['bound']): Refusal {
    return { bound, comeBackInMs: 1_000 + Math.floor(this.#chance() * 4_000) };
  }

  #leave(from: string): void {
    this.#pending -= 1;
    const rest = (this.#pendingOf.get(from) ?? 1) - 1;
    if (rest > 0) this.#pendingOf.set(from, rest);
    else this.#pendingOf.delete(from);
  }

  /** Reaching the bound starts a whole minute without another try. */
  #fail(from: string): void {
    const now = this.#clock.now();
    const old = this.#failuresOf.get(from);
    const fresh = old === undefined || now - old.since >= FAILURE_WINDOW_MS;
    const count = fresh ? 1 : old.count + 1;
    const since = fresh || count >= this.#limits.authFailuresPerMinute ? now : old.since;
    this.#failuresOf.set(from, { count, since });
    if (this.#failuresOf.size <= FAILURES_KEPT) return;
    for (const [address, entry] of this.#failuresOf) {
      if (now - entry.since >= FAILURE_WINDOW_MS) this.#failuresOf.delete(address);
    }
  }
}

/** The address without its port; of IPv6 the first 64 bits, since one host has them all. */
function networkOf(address: string): string {
  const host = address.slice(0, Math.max(0, address.lastIndexOf(':'))).replace(/^\[|\]$/g, '');
  const ip = parseIp(host);
  if (ip === undefined) return host;
  return (ip.family === 4 ? ip.words.slice(3) : ip.words.slice(0, 2)).join(':');
}
