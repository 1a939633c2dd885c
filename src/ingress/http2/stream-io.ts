import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Clock } from '../../contract/clock.ts';
import type { Limits } from '../../contract/limits.ts';
import type { Fields } from '../../contract/message.ts';
import { type Arena, END } from '../../contract/pipe.ts';

/**
 * One stream of `node:http2` for whoever carries a message over it: bytes out of and into arenas, heads and trailers as fields,
 * and whether the visitor's side ended or was cut. Knows nothing of what is said.
 */

export interface StreamUser {
  /** Bytes, trailers, an end or a break may be there. */
  readable(): void;
  writable(): void;
  /** The stream is over. `whole`: nobody reset it. */
  closed(whole: boolean): void;
}

/** What a stream asks of its connection. */
export interface StreamHost {
  readonly limits: Limits;
  readonly clock: Clock;
  /** The visitor said the end of this stream's request. */
  hasEnded(stream: number): boolean;
  /** Runs what an event of the stream starts: a defect in it ends the connection. */
  run(work: () => void): void;
  /** How many trailers the visitor sent. */
  trailersOf(stream: number): number;
  /** Some of the answer's body has left. */
  hasSent(stream: number): boolean;
  /** How much of each answer may wait to leave. */
  readonly unsentBytes: number;
  /** The answer of a stream has bytes that wait to leave. */
  waits(): void;
  /** Nothing more will be asked about the stream. */
  forget(stream: number): void;
}

export class StreamIo {
  readonly id: number;
  user: StreamUser | undefined;
  /** The visitor's trailers, as they came; whole once `read` said END. */
  rawTrailers: readonly string[] | undefined;
  /** Some trailers were dropped before they came here. */
  lostTrailers = false;
  readonly #stream: ServerHttp2Stream;
  readonly #host: StreamHost;
  readonly #written: () => void;
  #trailers: Fields = [];
  /** Everything that came has been read, and it was a whole request. */
  #whole = false;
  /** When the first bytes of the answer's body were written; 0 before. */
  #wroteAt = 0;
  #lettingGo = false;

  constructor(stream: ServerHttp2Stream, host: StreamHost) {
    this.id = stream.id as number;
    this.#stream = stream;
    this.#host = host;
    const tell = (work: (user: StreamUser) => void) => () => host.run(() => this.user && work(this.user));
    // Not `drain`: the bound is ours, and below the one of Node.
    this.#written = tell((user) => user.writable());
    const readable = tell((user) => user.readable());
    stream.on('readable', () => {
      this.#askForMore();
      readable();
    });
    stream.on('end', () => {
      this.#whole = host.hasEnded(this.id);
      readable();
    });
    stream.on('trailers', (_headers: IncomingHttpHeaders, _flags: number, raw?: readonly string[]) => {
      this.rawTrailers = raw ?? [];
      this.lostTrailers = 2 * host.trailersOf(this.id) !== this.rawTrailers.length;
    });
    stream.on('aborted', readable);
    stream.on('wantTrailers', () => this.#sendTrailers());
    stream.on('close', () => {
      tell((user) => user.closed(!this.broken))();
      host.forget(this.id);
    });
  }

  /** The visitor's side was cut, or the stream is over before its time. */
  get broken(): boolean {
    const { aborted, rstCode, destroyed, closed } = this.#stream;
    if (aborted || rstCode !== constants.NGHTTP2_NO_ERROR) return true;
    return (destroyed || closed) && !this.#lettingGo && !this.#whole && !this.#host.hasEnded(this.id);
  }

  /** Something can be read: bytes, or an end that has not been taken yet. */
  get ready(): boolean {
    return this.#stream.readableLength > 0 || this.#whole;
  }

  /** Bytes that may be written now. */
  get room(): number {
    return Math.max(0, this.#host.unsentBytes - this.#stream.writableLength);
  }

  /** Milliseconds for which the answer's body has been waiting, if none of it has left. */
  get waitedMs(): number {
    return this.#wroteAt === 0 || this.#host.hasSent(this.id) ? 0 : this.#host.clock.now() - this.#wroteAt;
  }

  /** Bytes, 0 for nothing now, or END. */
  read(into: Arena, at: number, max: number): number {
    const stream = this.#stream;
    const length = Math.min(max, stream.readableLength);
    if (length > 0) {
      const chunk: Buffer | null = stream.read(length);
      this.#askForMore();
      return chunk?.copy(into.bytes, at) ?? 0;
    }
    return this.#whole ? END : 0;
  }

  inform(status: number, fields: Fields): boolean {
    return this.#attempt(() => this.#stream.additionalHeaders({ ':status': status, ...grouped(fields) }));
  }

  /** `fields` in lower case. `trailers`: they may follow the body. */
  respond(status: number, fields: Fields, body: 'none' | 'plain' | 'trailers'): boolean {
    const options = { endStream: body === 'none', waitForTrailers: body === 'trailers', sendDate: false };
    return this.#attempt(() => this.#stream.respond([':status', String(status), ...fields], options));
  }

  /** `last`: with these `length` bytes the body is whole. */
  write(from: Arena, at: number, length: number, last: boolean): number {
    const taken = Math.min(this.room, length);
    if (taken > 0) this.writeAll(Buffer.from(from.bytes.subarray(at, at + taken)), last && taken === length);
    return taken;
  }

  /** Whatever room there is. `body` is kept. */
  writeAll(body: Buffer, last: boolean): void {
    if (this.#wroteAt === 0) {
      this.#wroteAt = this.#host.clock.now();
      this.#host.waits();
    }
    // The end with the last bytes: nghttp2 sends no END_STREAM of its own while the window is 0.
    if (last) this.#stream.end(body);
    else this.#stream.write(body, this.#written);
  }

  end(trailers: Fields): void {
    this.#trailers = trailers;
    if (!this.#stream.writableEnded) this.#stream.end();
  }

  /** What was written still leaves; whatever else the visitor sends is nobody's. */
  letGo(): void {
    if (this.#lettingGo) return;
    this.#lettingGo = true;
    const stream = this.#stream;
    stream.removeAllListeners('readable');
    stream.resume();
    // RFC 9113 §8.1: after a whole answer, the rest of the request is refused without blame.
    const close = () => setImmediate(() => setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR)));
    if (stream.writableFinished) close();
    else stream.once('finish', close);
  }

  abort(): void {
    const stream = this.#stream;
    if (stream.closed) return;
    // Node ends the writable side of a stream that it resets; without this an END_STREAM could leave before the reset.
    stream._final = (done) => done();
    stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  }

  /** Node says that a stream has ended only to who reads when there is nothing. */
  #askForMore(): void {
    if (this.#stream.readableLength === 0) this.#stream.read();
  }

  #sendTrailers(): void {
    this.#attempt(() => this.#stream.sendTrailers(grouped(this.#trailers)));
  }

  /** Node throws for streams that have just gone and for what it finds illegal. */
  #attempt(work: () => void): boolean {
    if (this.#stream.destroyed || this.#stream.closed) return false;
    try {
      work();
      return true;
    } catch {
      return false;
    }
  }
}

function grouped(fields: Fields): Record<string, string[]> {
  const groups: Record<string, string[]> = Object.create(null);
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    groups[name] ??= [];
    groups[name].push(fields[i + 1] as string);
  }
  return groups;
}
