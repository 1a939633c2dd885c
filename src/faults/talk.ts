import { Readable } from 'node:stream';
import type { Receiver, Sender } from './ending.ts';
import type { Direction, KeyedStreams } from './keyed-stream.ts';

/** One direction of one conversation between real sockets: what its sender gave and what its reader got, checked byte by byte. */
export class Way implements Sender, Receiver {
  readonly name: string;
  readonly length: number;
  sent = 0;
  finished = false;
  got = 0;
  saw: Receiver['saw'] = 'open';
  /** Somebody reads it. */
  read = false;
  wrongAt: number | undefined;
  /** The relay said FIN behind so many bytes: where nothing but FIN tells of an end, that is one. */
  cutAt: number | undefined;
  readonly #streams: KeyedStreams;
  readonly #id: number;
  readonly #direction: Direction;

  constructor(streams: KeyedStreams, id: number, direction: Direction, length: number) {
    this.name = `stream ${id} ${direction}`;
    this.length = length;
    this.#streams = streams;
    this.#id = id;
    this.#direction = direction;
  }

  /** All bytes, and then the end. `frame` puts something before each piece, `last` comes behind the last. */
  source(frame: (length: number) => Buffer | undefined = () => undefined, last?: Buffer): Readable {
    this.sent = 0;
    const way = this;
    return new Readable({
      read() {
        const bytes = way.#streams.bytes(way.#id, way.#direction, way.sent, way.length - way.sent);
        if (bytes.length === 0) {
          way.finished = true;
          if (last) this.push(last);
          return void this.push(null);
        }
        way.sent += bytes.length;
        const head = frame(bytes.length);
        if (head) this.push(head);
        this.push(bytes);
      },
    });
  }

  take(bytes: Buffer): void {
    this.read = true;
    this.wrongAt ??= this.#streams.mismatch(this.#id, this.#direction, this.got, bytes);
    this.got += bytes.length;
  }

  /** Where two relays cut, the reader gets what both let through. */
  cut(at: number): void {
    this.cutAt = Math.min(at, this.cutAt ?? at);
  }

  /** `clean`: the reader was told that this is all. Only the first call counts. */
  end(clean: boolean): void {
    this.read = true;
    if (this.saw === 'open') this.saw = clean ? 'fin' : 'reset';
  }
}

/** One conversation. */
export class Talk {
  readonly id: number;
  readonly protocol: string;
  readonly up: Way;
  readonly down: Way;
  readonly begun = Date.now();
  /** How often it came to the origin. */
  arrivals = 0;
  /** It may come once at most: not asked for again by anybody on the way. */
  readonly once: boolean;

  constructor(streams: KeyedStreams, id: number, protocol: string, up: number, down: number, once: boolean) {
    this.id = id;
    this.protocol = protocol;
    this.up = new Way(streams, id, 'up', up);
    this.down = new Way(streams, id, 'down', down);
    this.once = once;
  }
}
