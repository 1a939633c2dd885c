import { constants, performServerHandshake, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { Clock, Timer } from '../../contract/clock.ts';
import type { Destination } from '../../contract/exposure.ts';
import type { LimitName, Limits } from '../../contract/limits.ts';
import type { Pipe } from '../../contract/pipe.ts';
import type { Arrival } from '../../contract/reactor.ts';
import type { HttpServices } from '../../http/connection.ts';
import type { Later } from '../../http/later.ts';
import { type DuplexWatch, PipeDuplex } from '../../pipe/duplex.ts';
import { Deadline } from '../deadline.ts';
import type { Gate, Resident } from '../gate.ts';
import { NO_REQUEST } from '../no-request.ts';
import { Conduct } from './conduct.ts';
import { sessionOptions } from './options.ts';
import { readHead } from './request-head.ts';
import { Share } from './share.ts';
import { type StreamHost, StreamIo } from './stream-io.ts';
import { Http2Visit, type VisitParts } from './visit.ts';
import { webSocketKey } from './web-socket.ts';

/**
 * A visitor's HTTP/2 connection: `node:http2` over its pipe, a visit for each stream, and the time and conduct that keep the
 * connection. Knows nothing of where requests go. Where nghttp2 does otherwise than RFC 9113, or than we would: `deviations.md`.
 */

/**
 * A GOAWAY of stream 2^31-1: the end is near, and no stream is refused yet (RFC 9113 §6.8). Written here, since nghttp2 would take
 * no stream any more behind one of its own; what it writes are whole frames, so this falls between two of them.
 */
const NOTICE = Buffer.from('0000080700000000007fffffff00000000', 'hex');
/**
 * Also where nobody takes a stream any more: an `error` without a listener would end the program. Made here, since a function made
 * where the stream's fields are at hand would hold them as long as the stream lives.
 */
const unheard = () => {};
const UNREADABLE = { ...NO_REQUEST, method: 'GET' };

export class Http2Connection implements Resident, VisitParts, StreamHost, DuplexWatch {
  readonly gate: Gate;
  readonly pipe: Pipe;
  readonly remote: Arrival['remote'];
  readonly introducer: Arrival['introducer'];
  readonly fixed: (() => Destination) | undefined;
  readonly later: Later;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly share: Share;
  readonly #conduct: Conduct;
  readonly #duplex: PipeDuplex;
  readonly #deadline: Deadline;
  readonly #visits = new Set<Http2Visit>();
  readonly #streams = new Map<number, StreamIo>();
  #stallTimer: Timer | undefined;
  #session: ServerHttp2Session | undefined;
  #greeted = false;
  #restsSince: number | undefined;
  /** The visitor was told that the connection ends. */
  #leaving = false;
  #over = false;

  /** `fixed`: the exposure of this port; undefined where the host decides. */
  constructor(gate: Gate, arrival: Arrival, services: HttpServices, fixed: (() => Destination) | undefined) {
    const { limits, reactor } = gate.options;
    this.gate = gate;
    this.pipe = arrival.pipe;
    this.remote = arrival.remote;
    this.introducer = arrival.introducer;
    this.fixed = fixed;
    this.later = services.later;
    this.limits = limits;
    this.clock = reactor.clock;
    this.share = new Share(limits.h2ShareBytes);
    this.#conduct = new Conduct(reactor.clock, limits);
    this.#duplex = new PipeDuplex(arrival.pipe, { remote: arrival.remote, watch: this });
    this.#deadline = new Deadline(reactor.clock, () => this.run(() => this.#late()));
  }

  start(): void {
    this.run(() => this.#begin());
  }

  /** RFC 9113 §6.8: first a warning, so that requests on their way are still served; the end when the visitor has heard it. */
  drain(): void {
    this.run(() => {
      if (this.#leaving || this.#session === undefined || this.#session.destroyed) return;
      this.#duplex.write(NOTICE);
      this.#deadline.set(this.limits.h2GoodbyeMs);
      this.#session.ping(() => this.run(() => this.#leave()));
    });
  }

  get idleSince(): number | undefined {
    return this.#leaving ? undefined : this.#restsSince;
  }

  cut(): void {
    this.#session?.destroy(new Error('cut'), constants.NGHTTP2_INTERNAL_ERROR);
    this.#end(true);
  }

  // What streams and visits ask.

  run(work: () => void): void {
    if (!this.#over) this.gate.guard(work, () => this.cut());
  }

  hasEnded(stream: number): boolean {
    return this.#conduct.hasEnded(stream);
  }

  hasSent(stream: number): boolean {
    return this.#conduct.hasSent(stream);
  }

  waits(): void {
    this.#stallTimer ??= this.clock.after(this.limits.h2StalledMs, () => this.run(() => this.#lookAtStalls()));
  }

  get unsentBytes(): number {
    const { h2UnsentBytes, h2UnsentShareBytes } = this.limits;
    return Math.max(h2UnsentBytes, Math.floor(h2UnsentShareBytes / Math.max(2, this.#streams.size)));
  }

  trailersOf(stream: number): number {
    return this.#conduct.fieldsOf(stream, 1) ?? 0;
  }

  forget(stream: number): void {
    this.#conduct.forget(stream);
    this.#streams.delete(stream);
  }

  left(visit: Http2Visit): void {
    this.#visits.delete(visit);
    if (this.#visits.size === 0) this.#rest();
  }

  // What passes below `node:http2`, before it is worked on. What passes a bound is not handed on.

  came(bytes: Buffer, at: number, length: number): boolean {
    if (this.#conduct.fault !== undefined) return false;
    this.run(() => {
      this.#conduct.fromVisitor.see(bytes, at, length);
      if (this.#conduct.fault !== undefined) this.#calm(this.#conduct.fault);
    });
    return this.#conduct.fault === undefined;
  }

  went(bytes: Buffer, at: number, length: number): void {
    this.run(() => this.#conduct.toVisitor.see(bytes, at, length));
  }

  #begin(): void {
    const session = performServerHandshake(this.#duplex, sessionOptions(this.limits));
    this.#session = session;
    session.on('stream', (stream, _headers, flags, raw) => {
      stream.on('error', unheard);
      this.run(() => this.#take(stream, flags, raw));
    });
    session.once('remoteSettings', () => this.run(() => this.#greet()));
    // A session that ends by an error says so by `close`, too.
    session.on('error', () => {});
    session.once('close', () => this.#end(false));
    this.#duplex.on('error', () => {});
    this.#duplex.once('close', () => this.#end(false));
    this.#deadline.set(this.limits.headTimeoutMs);
  }

  #greet(): void {
    this.#greeted = true;
    this.#rest();
  }

  #take(stream: ServerHttp2Stream, flags: number, raw: readonly string[]): void {
    const io = new StreamIo(stream, this);
    // Reset already: it never was a request.
    if (io.broken) return;
    const ended = (flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0;
    const scheme = this.pipe.secure === undefined ? 'http' : 'https';
    const sent = this.#conduct.fieldsOf(io.id, 0);
    const got = readHead(raw, { scheme, limits: this.limits, sent, ended, webSocketKey });
    this.#restsSince = undefined;
    const visit = new Http2Visit(this, io, got.kind === 'request' ? got : UNREADABLE);
    this.#visits.add(visit);
    this.#streams.set(io.id, io);
    if (!this.gate.draining) this.#deadline.clear();
    if (got.kind === 'request') {
      visit.exchange.start();
    } else {
      if (got.limit !== undefined) this.gate.options.events.bound(got.limit);
      visit.exchange.answer(got.code);
    }
    if (this.#conduct.streams >= this.limits.h2StreamsPerConnection) this.#wearOut();
  }

  #wearOut(): void {
    if (this.#leaving) return;
    this.gate.options.events.bound('h2StreamsPerConnection');
    this.#leave();
  }

  /** Nothing is under way. */
  #rest(): void {
    if (this.#over) return;
    this.#restsSince = this.clock.now();
    if (this.#leaving) this.#deadline.set(this.limits.h2GoodbyeMs);
    else if (this.#greeted) this.#deadline.set(this.limits.visitorKeepAliveMs);
  }

  /** An answer of which not even a first byte may leave pins its request: a window of 0, most likely (CVE-2026-49975). */
  #lookAtStalls(): void {
    this.#stallTimer = undefined;
    let longest = 0;
    for (const stream of this.#streams.values()) {
      if (stream.waitedMs < this.limits.h2StalledMs) {
        longest = Math.max(longest, stream.waitedMs);
      } else {
        this.gate.options.events.bound('h2StalledMs');
        stream.abort();
      }
    }
    if (longest === 0) return;
    this.#stallTimer = this.clock.after(this.limits.h2StalledMs - longest, () => this.run(() => this.#lookAtStalls()));
  }

  #late(): void {
    if (this.#leaving || !this.#greeted) this.#end(true);
    else this.#leave();
  }

  /** No further streams; those under way are finished, and then `node:http2` ends the connection. */
  #leave(): void {
    if (this.#leaving || this.#over) return;
    this.#leaving = true;
    this.#deadline.clear();
    this.#session?.close();
    if (this.#visits.size === 0) this.#rest();
  }

  /** The visitor costs more than it asks for. */
  #calm(limit: LimitName): void {
    this.gate.options.events.bound(limit);
    this.#leaving = true;
    this.#deadline.set(this.limits.h2GoodbyeMs);
    if (this.#session === undefined || this.#session.destroyed) return;
    // Node sends a GOAWAY of its own only if nothing else is being written when the session is destroyed.
    this.#session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    for (const stream of [...this.#streams.values()]) stream.abort();
    setImmediate(() => this.#session?.destroy(new Error(limit), constants.NGHTTP2_ENHANCE_YOUR_CALM));
  }

  #end(cut: boolean): void {
    if (this.#over) return;
    if (cut) this.#duplex.destroy(new Error('cut'));
    this.#over = true;
    this.#deadline.end();
    this.#stallTimer?.cancel();
    for (const visit of [...this.#visits]) visit.exchange.cut();
    this.gate.leave(this);
  }
}
