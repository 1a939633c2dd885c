/**
 * Decides when the peer must be asked whether it lives, and when it is dead; measures the round trip. Any byte counts as life.
 * Times come in as numbers: knows neither timers nor frames.
 */
import type { Limits } from '../contract/limits.ts';

/** A path changes with its load; a sample older than this many idle times is taken again although bytes flow. */
const SAMPLE_IDLE_TIMES = 3;
/** Each sample moves the mean by this part (RFC 6298 §2 takes 1/8). */
const SAMPLE_WEIGHT = 1 / 8;

export class KeepAlive {
  readonly #idleMs: number;
  readonly #silentMs: number;
  #heardAt: number;
  #sentAt: number;
  #probeUntil = Number.POSITIVE_INFINITY;
  #nonce: number;
  #answered: number | undefined;
  /** When a PING was asked for, and when it left: a full outbox may lie between. */
  #askedAt = Number.NEGATIVE_INFINITY;
  #pingAt = Number.NEGATIVE_INFINITY;
  #sampledAt = Number.NEGATIVE_INFINITY;
  #rttMs: number | undefined;

  /** `nonce`: the first of a row, by chance, so that an old PONG is not taken for a new one. */
  constructor(limits: Pick<Limits, 'pingIdleMs' | 'peerSilentMs'>, nonce: number, now: number) {
    this.#idleMs = limits.pingIdleMs;
    this.#silentMs = limits.peerSilentMs;
    this.#nonce = nonce >>> 0;
    this.#heardAt = now;
    this.#sentAt = now;
  }

  /** Smoothed; undefined before the first answer. */
  get rttMs(): number | undefined {
    return this.#rttMs;
  }

  heard(now: number): void {
    this.#heardAt = now;
    this.#probeUntil = Number.POSITIVE_INFINITY;
  }

  sent(now: number): void {
    this.#sentAt = now;
  }

  /** From now on the peer has only this long to be heard. */
  probe(withinMs: number, now: number): void {
    this.#probeUntil = Math.min(this.#probeUntil, now + withinMs);
  }

  /**
   * What is due. A side that only receives still pings when it has sent nothing for a while: its peer's own pings may stand
   * behind megabytes on a slow path, and it needs to hear something meanwhile.
   */
  look(now: number): 'dead' | 'ping' | 'nothing' {
    if (now >= this.#heardAt + this.#silentMs || now >= this.#probeUntil) return 'dead';
    if (now < this.#askedAt + this.#idleMs) return 'nothing';
    const idle = now >= Math.min(this.#heardAt, this.#sentAt) + this.#idleMs;
    if (!idle && now < this.#sampledAt + SAMPLE_IDLE_TIMES * this.#idleMs) return 'nothing';
    this.#askedAt = now;
    return 'ping';
  }

  /** Milliseconds until `look` may say something new. */
  nextLookMs(now: number): number {
    const idleFrom = Math.max(Math.min(this.#heardAt, this.#sentAt), this.#askedAt);
    const at = Math.min(this.#heardAt + this.#silentMs, this.#probeUntil, idleFrom + this.#idleMs);
    return Math.max(0, at - now);
  }

  /** A PING leaves: returns its nonce. Only the answer to the last one counts. */
  ping(now: number): number {
    this.#nonce = (this.#nonce + 1) >>> 0;
    this.#askedAt = now;
    this.#pingAt = now;
    return this.#nonce;
  }

  /** Of the last PING. */
  get nonce(): number {
    return this.#nonce;
  }

  /** Whether a PING behind the one with this nonce was answered. */
  answeredSince(nonce: number): boolean {
    return this.#answered !== undefined && this.#answered === this.#nonce && this.#nonce !== nonce;
  }

  pong(nonce: number, now: number): void {
    if (nonce === this.#nonce) this.#answered = nonce;
    if (nonce !== this.#nonce || this.#sampledAt >= this.#pingAt) return;
    const sample = now - this.#pingAt;
    this.#sampledAt = now;
    this.#rttMs = this.#rttMs === undefined ? sample : this.#rttMs + SAMPLE_WEIGHT * (sample - this.#rttMs);
  }
}
