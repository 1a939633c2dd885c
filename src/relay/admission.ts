import type { Clock } from '../contract/clock.ts';
import type { Limits } from '../contract/limits.ts';
import type { Tries } from '../contract/tries.ts';
import { hostKey } from '../router/address.ts';

/**
 * Bounds on peers that have not proved anything yet: how many at once, how many a second, how many failures of an address.
 * Knows addresses and time; knows nothing of sessions, tokens or keys.
 */

/** Which bound was hit, and when to try again. */
export interface Refusal {
  readonly bound:
    | 'linksPendingPerAddress'
    | 'linksPending'
    | 'handshakesPerSecond'
    | 'authFailuresPerMinute'
    | 'memoryScarcePercent'
    | 'turnLateMs';
  readonly comeBackInMs: number;
}

/** A place among the pending links; settled once, later calls do nothing. */
export interface Ticket {
  /** Whether the address has failed too often since it arrived: many links at once must not be many tries. */
  refusal(): Refusal | undefined;
  settle(outcome: 'admitted' | 'failed' | 'gone'): void;
}

export class Admission {
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #tries: Tries;
  readonly #chance: () => number;
  readonly #pendingOf = new Map<string, number>();
  #pending = 0;
  #budget: number;
  #budgetAt: number;

  /** `chance`: a number in [0, 1), so that those sent away do not come back together. */
  constructor(clock: Clock, limits: Limits, tries: Tries, chance: () => number) {
    this.#clock = clock;
    this.#limits = limits;
    this.#tries = tries;
    this.#chance = chance;
    this.#budget = limits.handshakesPerSecond;
    this.#budgetAt = clock.now();
  }

  get pending(): number {
    return this.#pending;
  }

  /** `address`: `ip:port` as links carry it. */
  arrive(address: string): Ticket | Refusal {
    const ip = ipOf(address);
    const from = hostKey(ip);
    const refusal = this.#failedRefusal(ip) ?? this.#refusal(from);
    if (refusal !== undefined) return refusal;
    this.#budget -= 1;
    this.#pending += 1;
    this.#pendingOf.set(from, (this.#pendingOf.get(from) ?? 0) + 1);
    let settled = false;
    return {
      refusal: () => this.#failedRefusal(ip),
      settle: (outcome) => {
        if (settled) return;
        settled = true;
        this.#leave(from);
        if (outcome === 'failed') this.#tries.failed(ip);
      },
    };
  }

  #failedRefusal(ip: string): Refusal | undefined {
    const waitMs = this.#tries.waitMs(ip);
    return waitMs > 0 ? { bound: 'authFailuresPerMinute', comeBackInMs: Math.ceil(waitMs) } : undefined;
  }

  #refusal(from: string): Refusal | undefined {
    const now = this.#clock.now();
    if ((this.#pendingOf.get(from) ?? 0) >= this.#limits.linksPendingPerAddress) {
      return this.#later('linksPendingPerAddress');
    }
    if (this.#pending >= this.#limits.linksPending) return this.#later('linksPending');
    const rate = this.#limits.handshakesPerSecond;
    this.#budget = Math.min(rate, this.#budget + ((now - this.#budgetAt) / 1_000) * rate);
    this.#budgetAt = now;
    return this.#budget < 1 ? this.#later('handshakesPerSecond') : undefined;
  }

  #later(bound: Refusal['bound']): Refusal {
    return later(bound, this.#chance);
  }

  #leave(from: string): void {
    this.#pending -= 1;
    const rest = (this.#pendingOf.get(from) ?? 1) - 1;
    if (rest > 0) this.#pendingOf.set(from, rest);
    else this.#pendingOf.delete(from);
  }
}

/** The address without its port. */
function ipOf(address: string): string {
  return address.slice(0, Math.max(0, address.lastIndexOf(':'))).replace(/^\[|\]$/g, '');
}

/** Between one and five seconds: a burst of a thousand agents fits into that at 200 a second. */
export function later(bound: Refusal['bound'], chance: () => number): Refusal {
  return { bound, comeBackInMs: 1_000 + Math.floor(chance() * 4_000) };
}
