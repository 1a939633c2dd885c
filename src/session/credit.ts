/**
 * The receiving end of a stream's credit: how much the peer may send, when it is granted more, and how the window grows.
 * Knows neither frames nor pipes.
 */
import type { Limits } from '../contract/limits.ts';
import type { WindowShare } from '../contract/pipe.ts';

/** A window that was half used within this many round trips is what limits the sender, so it grows. */
const GROWS_WITHIN_ROUND_TRIPS = 2;
/** On short paths a round trip is mostly the two programs' turns, and clocks are coarse. */
const ROUND_TRIP_MS_LEAST = 2;

/** What HELLO grants to every stream. Gateways open the streams: with each OPEN they can say what this one gets besides. */
export function helloWindowBytes(role: 'gateway' | 'agent', limits: Limits): number {
  const { streamWindowBytes, streamWindowBytesLeast } = limits;
  return role === 'gateway' ? Math.min(streamWindowBytes, streamWindowBytesLeast) : streamWindowBytes;
}

export class ReceiveWindow {
  readonly #least: number;
  readonly #share: WindowShare | undefined;
  #bytes: number;
  #allowed: number;
  #taken = 0;
  /** Widened by so much, and not yet said. */
  #widened = 0;
  #grantedAt: number;
  #stalled = false;

  /** `bytes` are granted already; what it has beyond them is taken out of the `share`, if there is one. */
  constructor(bytes: number, now: number, share?: WindowShare) {
    this.#least = bytes;
    this.#share = share;
    this.#bytes = bytes;
    this.#allowed = bytes;
    this.#grantedAt = now;
  }

  /** The most that can be under way, or held here, at once. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Counts bytes that arrive. False: they are more than was granted. */
  arrive(bytes: number): boolean {
    this.#allowed -= bytes;
    return this.#allowed >= 0;
  }

  /** The destination has taken bytes. True: enough for a CREDIT. */
  take(bytes: number): boolean {
    this.#taken += bytes;
    return this.#taken * 2 >= this.#bytes;
  }

  /** The destination did not take everything: a larger window would only be held here. */
  stall(): void {
    this.#stalled = true;
  }

  /** Makes it `bytes` wide, or as wide as the share allows. True: the next CREDIT has that to say. */
  widen(bytes: number): boolean {
    const wanted = Math.max(0, bytes - this.#bytes);
    const more = this.#share === undefined ? wanted : this.#share.take(wanted);
    this.#bytes += more;
    this.#widened += more;
    return more > 0;
  }

  /** Nothing waits any more. */
  giveBack(): void {
    this.#share?.giveBack(this.#bytes - this.#least);
    this.#bytes = this.#least;
  }

  /** What the CREDIT says; 0 if there is nothing to grant. Doubles the window, up to `bytesMax`, if it was what limited the sender. */
  grant(now: number, rttMs: number, bytesMax: number): number {
    const soon = GROWS_WITHIN_ROUND_TRIPS * Math.max(rttMs, ROUND_TRIP_MS_LEAST);
    if (this.#taken > 0 && !this.#stalled && now - this.#grantedAt <= soon) {
      this.widen(Math.min(bytesMax, this.#bytes * 2));
    }
    const bytes = this.#taken + this.#widened;
    if (bytes === 0) return 0;
    this.#taken = 0;
    this.#widened = 0;
    this.#grantedAt = now;
    this.#stalled = false;
    this.#allowed += bytes;
    return bytes;
  }
}
