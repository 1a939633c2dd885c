// One connection of HTTP/2 to a front, from a visitor's side: streams, and as much of their bodies as the windows allow.
import type { Duplex } from 'node:stream';
import { FLAG, frame, number32, PREFACE, SETTING, TYPE } from '../raw/frame-peer.ts';
import { Decoder, encode } from '../raw/hpack.ts';
import type { Field } from '../reading.ts';
import { FrameReader } from './frame-reader.ts';

export interface LineHearer {
  section(stream: number, fields: readonly Field[], end: boolean): void;
  data(stream: number, bytes: Buffer, end: boolean): void;
  reset(stream: number): void;
  /** More of what was to be sent has left. */
  left(): void;
  over(): void;
}

const FRAME_BYTES = 16_384;
const WINDOW_BYTES = 65_535;

/** What is still to be said on a stream. */
interface Saying {
  window: number;
  parts: Buffer[];
  end: boolean;
  trailers: readonly Field[];
}

export class Line {
  /** No further streams. */
  leaving = false;
  /** Bytes that wait for a window. */
  waiting = 0;
  readonly #socket: Duplex;
  readonly #hearer: LineHearer;
  readonly #reader = new FrameReader((...came) => this.#frame(...came));
  readonly #decoder = new Decoder();
  readonly #saying = new Map<number, Saying>();
  #next = 1;
  #window = WINDOW_BYTES;
  #firstWindow = WINDOW_BYTES;
  #block: Buffer[] = [];
  #endsWithBlock = false;

  constructor(socket: Duplex, hearer: LineHearer) {
    this.#socket = socket;
    this.#hearer = hearer;
    socket.on('data', (bytes: Buffer) => this.#reader.take(bytes));
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('close', () => hearer.over());
    this.#write(PREFACE, frame(TYPE.settings, 0, 0, Buffer.concat([Buffer.from([0, SETTING.push]), number32(0)])));
  }

  /** `bodied`: content follows. */
  open(fields: readonly Field[], bodied: boolean): number {
    const stream = this.#next;
    this.#next += 2;
    if (bodied) this.#saying.set(stream, { window: this.#firstWindow, parts: [], end: false, trailers: [] });
    const block = encode(fields);
    const flags = bodied ? 0 : FLAG.endStream;
    for (let at = 0; at < block.length; at += FRAME_BYTES) {
      const part = block.subarray(at, at + FRAME_BYTES);
      const last = at + FRAME_BYTES >= block.length ? FLAG.endHeaders : 0;
      this.#write(
        at === 0 ? frame(TYPE.headers, flags | last, stream, part) : frame(TYPE.continuation, last, stream, part),
      );
    }
    return stream;
  }

  say(stream: number, bytes: Buffer): void {
    const saying = this.#saying.get(stream);
    if (saying === undefined) return;
    saying.parts.push(bytes);
    this.waiting += bytes.length;
    this.#pump(stream);
  }

  end(stream: number, trailers: readonly Field[]): void {
    const saying = this.#saying.get(stream);
    if (saying === undefined) return;
    Object.assign(saying, { end: true, trailers });
    this.#pump(stream);
  }

  reset(stream: number, code: number): void {
    this.#forget(stream);
    this.#write(frame(TYPE.reset, 0, stream, number32(code)));
  }

  /** So many bytes of a stream have been read. */
  grant(stream: number, bytes: number): void {
    if (bytes === 0) return;
    const more = number32(bytes);
    this.#write(frame(TYPE.windowUpdate, 0, 0, more), frame(TYPE.windowUpdate, 0, stream, more));
  }

  close(): void {
    this.#socket.end();
  }

  #write(...frames: readonly Buffer[]): void {
    if (!this.#socket.destroyed) this.#socket.write(Buffer.concat(frames));
  }

  /** Nothing more is said on it. */
  #forget(stream: number): void {
    this.waiting -= bytesOf(this.#saying.get(stream)?.parts ?? []);
    this.#saying.delete(stream);
  }

  #pump(stream: number): void {
    const saying = this.#saying.get(stream);
    if (saying === undefined) return;
    for (let part = saying.parts[0]; part !== undefined; part = saying.parts[0]) {
      const size = Math.min(part.length, FRAME_BYTES, this.#window, saying.window);
      if (size <= 0) return;
      if (size === part.length) saying.parts.shift();
      else saying.parts[0] = part.subarray(size);
      this.#window -= size;
      saying.window -= size;
      this.waiting -= size;
      const isLast = saying.end && saying.parts.length === 0 && saying.trailers.length === 0;
      this.#write(frame(TYPE.data, isLast ? FLAG.endStream : 0, stream, part.subarray(0, size)));
      if (isLast) this.#saying.delete(stream);
    }
    if (saying.end && this.#saying.delete(stream)) this.#sayEnd(stream, saying.trailers);
    this.#hearer.left();
  }

  #sayEnd(stream: number, trailers: readonly Field[]): void {
    if (trailers.length === 0) this.#write(frame(TYPE.data, FLAG.endStream, stream));
    else this.#write(frame(TYPE.headers, FLAG.endStream | FLAG.endHeaders, stream, encode(trailers)));
  }

  #frame(type: number, flags: number, stream: number, payload: Buffer): void {
    const end = (flags & FLAG.endStream) !== 0;
    if (type === TYPE.headers || type === TYPE.continuation) this.#section(type, flags, stream, payload);
    else if (type === TYPE.data) this.#hearer.data(stream, payload, end);
    else if (type === TYPE.reset) {
      this.#forget(stream);
      this.#hearer.reset(stream);
    } else if (type === TYPE.goaway) this.leaving = true;
    else if (type === TYPE.windowUpdate) this.#granted(stream, payload.readUInt32BE(0));
    else if ((type === TYPE.settings || type === TYPE.ping) && (flags & FLAG.ack) === 0) {
      if (type === TYPE.settings) this.#settings(payload);
      this.#write(frame(type, FLAG.ack, 0, type === TYPE.ping ? payload : Buffer.alloc(0)));
    }
  }

  #section(type: number, flags: number, stream: number, payload: Buffer): void {
    if (type === TYPE.headers) this.#endsWithBlock = (flags & FLAG.endStream) !== 0;
    this.#block.push(payload);
    if ((flags & FLAG.endHeaders) === 0) return;
    const fields = this.#decoder.decode(Buffer.concat(this.#block));
    this.#block = [];
    this.#hearer.section(stream, fields, this.#endsWithBlock);
  }

  #granted(stream: number, bytes: number): void {
    const saying = this.#saying.get(stream);
    if (stream === 0) this.#window += bytes;
    else if (saying !== undefined) saying.window += bytes;
    for (const each of [...this.#saying.keys()]) this.#pump(each);
  }

  #settings(payload: Buffer): void {
    for (let at = 0; at + 6 <= payload.length; at += 6) {
      if (payload.readUInt16BE(at) !== SETTING.window) continue;
      const more = payload.readUInt32BE(at + 2) - this.#firstWindow;
      this.#firstWindow += more;
      for (const [stream, saying] of this.#saying) {
        saying.window += more;
        this.#pump(stream);
      }
    }
  }
}

const bytesOf = (parts: readonly Buffer[]) => parts.reduce((sum, { length }) => sum + length, 0);
