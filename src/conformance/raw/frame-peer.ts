// A peer of HTTP/2 that writes frames as it is told, legal or not, and records what comes. Imports nothing of the program.
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Decoder, encode, type Pairs } from './hpack.ts';

export const TYPE = {
  data: 0,
  headers: 1,
  priority: 2,
  reset: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export const FLAG = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;
/** RFC 9113 §7. */
export const CODE = {
  none: 0,
  protocol: 1,
  internal: 2,
  flowControl: 3,
  streamClosed: 5,
  frameSize: 6,
  refused: 7,
  cancel: 8,
  compression: 9,
  enhanceYourCalm: 11,
} as const;
export const SETTING = { tableSize: 1, push: 2, streams: 3, window: 4, frameSize: 5, listSize: 6, connect: 8 } as const;
export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');

const HEADER_BYTES = 9;
const FRAME_BYTES = 16_384;
const PATIENCE_MS = 10_000;

export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

/** What has come on one stream. */
export interface Heard {
  /** Every field section, in order: 1xx, the head, trailers. */
  readonly sections: [string, string][][];
  body: Buffer;
  /** `end`: END_STREAM. */
  end: 'open' | 'end' | 'reset';
  /** Of the reset. */
  code: number | undefined;
}

export function frame(type: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = type;
  header[4] = flags;
  header.writeUInt32BE(stream, 5);
  return Buffer.concat([header, payload]);
}

export function number32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

export function settings(values: readonly (readonly [id: number, value: number])[]): Buffer {
  return Buffer.concat(values.map(([id, value]) => Buffer.concat([Buffer.from([0, id]), number32(value)])));
}

export class FramePeer {
  readonly socket: Duplex;
  readonly frames: Frame[] = [];
  /** Grants back what it reads, so that nothing stalls. */
  generous = true;
  /** Acknowledges SETTINGS and PING. */
  polite = true;
  over = false;
  readonly #streams = new Map<number, Heard>();
  readonly #decoder = new Decoder();
  #rest = Buffer.alloc(0);
  #block = Buffer.alloc(0);
  #wake: (() => void)[] = [];

  constructor(socket: Duplex) {
    this.socket = socket;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('error', () => {});
    socket.on('close', () => {
      this.over = true;
      this.#woken();
    });
    socket.on('end', () => socket.end());
  }

  /** Connected, with the preface and SETTINGS on their way. */
  static open(port: number, values: readonly (readonly [number, number])[] = []): FramePeer {
    const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true });
    return new FramePeer(socket).send(PREFACE, frame(TYPE.settings, 0, 0, settings(values)));
  }

  send(...parts: readonly Buffer[]): this {
    if (!this.socket.destroyed) this.socket.write(Buffer.concat(parts));
    return this;
  }

  headers(stream: number, fields: Pairs, end = true): this {
    const block = encode(fields);
    const flags = end ? FLAG.endStream : 0;
    if (block.length <= FRAME_BYTES) return this.send(frame(TYPE.headers, FLAG.endHeaders | flags, stream, block));
    const [first, rest] = [block.subarray(0, FRAME_BYTES), block.subarray(FRAME_BYTES)];
    return this.send(
      frame(TYPE.headers, flags, stream, first),
      frame(TYPE.continuation, FLAG.endHeaders, stream, rest),
    );
  }

  data(stream: number, body: string | Buffer, end = false): this {
    return this.send(frame(TYPE.data, end ? FLAG.endStream : 0, stream, Buffer.from(body as string, 'latin1')));
  }

  reset(stream: number, code: number = CODE.cancel): this {
    return this.send(frame(TYPE.reset, 0, stream, number32(code)));
  }

  stream(id: number): Heard {
    const known = this.#streams.get(id) ?? { sections: [], body: Buffer.alloc(0), end: 'open', code: undefined };
    this.#streams.set(id, known);
    return known;
  }

  /** The status of the last field section of a stream that has one. */
  status(id: number): number | undefined {
    const found = this.stream(id).sections.findLast((section) => section.some(([name]) => name === ':status'));
    return found === undefined ? undefined : Number(found.find(([name]) => name === ':status')?.[1]);
  }

  /** The code of the last GOAWAY. */
  get goaway(): number | undefined {
    return this.frames.findLast(({ type }) => type === TYPE.goaway)?.payload.readUInt32BE(4);
  }

  /** Until it is so, or the connection is over; throws after a while. */
  async until(so: () => boolean): Promise<void> {
    const giveUpAt = performance.now() + PATIENCE_MS;
    while (!so() && !this.over) {
      const left = giveUpAt - performance.now();
      if (left <= 0) throw new Error(`never became so: ${so}`);
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, left);
      this.#wake.push(resolve);
      await promise;
      clearTimeout(timer);
    }
  }

  /** A stream's end, however; the connection's end leaves it open. */
  async ended(id: number): Promise<Heard> {
    await this.until(() => this.stream(id).end !== 'open');
    return this.stream(id);
  }

  /** Until everything sent so far has been worked on. */
  async settled(): Promise<void> {
    const mark = Buffer.from(`mark${String(this.frames.length).padStart(4, '0').slice(-4)}`);
    this.send(frame(TYPE.ping, 0, 0, mark));
    const isEcho = ({ type, flags, payload }: Frame) =>
      type === TYPE.ping && flags === FLAG.ack && payload.equals(mark);
    await this.until(() => this.frames.some(isEcho));
  }

  close(): void {
    this.socket.destroy();
  }

  #take(bytes: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, bytes]);
    for (;;) {
      if (this.#rest.length < HEADER_BYTES) break;
      const end = HEADER_BYTES + this.#rest.readUIntBE(0, 3);
      if (this.#rest.length < end) break;
      const [type, flags] = [this.#rest[3] as number, this.#rest[4] as number];
      const stream = this.#rest.readUInt32BE(5) & 0x7fff_ffff;
      this.#frame({ type, flags, stream, payload: Buffer.from(this.#rest.subarray(HEADER_BYTES, end)) });
      this.#rest = this.#rest.subarray(end);
    }
    this.#woken();
  }

  #frame(came: Frame): void {
    this.frames.push(came);
    const { type, flags, stream, payload } = came;
    const heard = this.stream(stream);
    if (type === TYPE.headers || type === TYPE.continuation) {
      this.#block = Buffer.concat([this.#block, payload]);
      if ((flags & FLAG.endHeaders) !== 0) {
        heard.sections.push(this.#decoder.decode(this.#block));
        this.#block = Buffer.alloc(0);
      }
    } else if (type === TYPE.data) {
      heard.body = Buffer.concat([heard.body, payload]);
      if (this.generous && payload.length > 0) this.#grant(stream, payload.length);
    } else if (type === TYPE.reset) {
      heard.end = 'reset';
      heard.code = payload.readUInt32BE(0);
    } else if (this.polite && (type === TYPE.settings || type === TYPE.ping) && (flags & FLAG.ack) === 0) {
      this.send(frame(type, FLAG.ack, 0, type === TYPE.ping ? payload : Buffer.alloc(0)));
    }
    if ((type === TYPE.data || type === TYPE.headers) && (flags & FLAG.endStream) !== 0) heard.end = 'end';
  }

  #grant(stream: number, bytes: number): void {
    const more = number32(bytes);
    this.send(frame(TYPE.windowUpdate, 0, 0, more), frame(TYPE.windowUpdate, 0, stream, more));
  }

  #woken(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }
}
