/**
 * The receiving end of a stream's credit: how much the peer may send, when it is granted more, and how the window grows.
 * Knows neither frames nor pipes.
 */

/** A window that was half used within this many round trips is what limits the sender, so it grows. */
const GROWS_WITHIN_ROUND_TRIPS = 2;
/** On short paths a round trip is mostly the two programs' turns, and clocks are coarse. */
const ROUND_TRIP_MS_LEAST = 2;

export class ReceiveWindow {
  #bytes: number;
  #allowed: number;
  #taken = 0;
  #grantedAt: number;
  #stalled = false;

  constructor(bytes: number, now: number) {
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

  /** What the CREDIT says; 0 if there is nothing to grant. Doubles the window, up to `bytesMax`, if it was what limited the sender. */
  grant(now: number, rttMs: number, bytesMax: number): number {
    if (this.#taken === 0) return 0;
    let bytes = this.#taken;
    const soon = GROWS_WITHIN_ROUND_TRIPS * Math.max(rttMs, ROUND_TRIP_MS_LEAST);
    if (!this.#stalled && now - this.#grantedAt <= soon && this.#bytes < bytesMax) {
      const grown = Math.min(bytesMax, this.#bytes * 2);
      bytes += grown - this.#bytes;
      this.#bytes = grown;
    }
    this.#taken = 0;
    this.#grantedAt = now;
    this.#stalled = false;
    this.#allowed += bytes;
    return bytes;
  }
}
