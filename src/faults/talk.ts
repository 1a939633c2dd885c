import type { Readable } from 'node:stream';
import type { Receiver, Sender } from './ending.ts';
import type { Direction, KeyedStreams } from './keyed-stream.ts';
import { Sending } from './sending.ts';
import { Witness } from './witness.ts';

/** One direction of one conversation between real sockets: what its sender gave and what its reader got, checked byte by byte. */
export class Way implements Sender, Receiver {
  readonly name: string;
  readonly length: number;
  got = 0;
  saw: Receiver['saw'] = 'open';
  /** When it did; of `performance.now`. */
  sawAt = Number.POSITIVE_INFINITY;
  /** Somebody reads it. */
  read = false;
  wrongAt: number | undefined;
  /** The relay said FIN behind so many bytes: where nothing but FIN tells of an end, that is one. */
  cutAt: number | undefined;
  readonly #streams: KeyedStreams;
  readonly #id: number;
  readonly #direction: Direction;
  readonly #heard = new Witness();
  #sending: Sending;

  constructor(streams: KeyedStreams, id: number, direction: Direction, length: number) {
    this.name = `stream ${id} ${direction}`;
    this.length = length;
    this.#streams = streams;
    this.#id = id;
    this.#direction = direction;
    this.#sending = this.#attempt();
  }

  /** Whoever asks again is answered from the start, and what it gets is held against that answer. */
  source(frame: (length: number) => Buffer | undefined = () => undefined, last?: Buffer): Readable {
    this.#sending = this.#attempt();
    return this.#sending.source(frame, last);
  }

  get sent(): number {
    return this.#sending.sent;
  }

  get finished(): boolean {
    return this.#sending.finished;
  }

  /** The reader was told that it has everything, and has other bytes. */
  get contradicted(): boolean {
    return this.saw === 'fin' && this.got === this.sent && !this.#heard.agrees(this.#sending.witness);
  }

  take(bytes: Buffer): void {
    this.read = true;
    this.wrongAt ??= this.#streams.mismatch(this.#id, this.#direction, this.got, bytes);
    this.#heard.saw(bytes);
    this.got += bytes.length;
  }

  /** Where two relays cut, the reader gets what both let through. */
  cut(at: number): void {
    this.cutAt = Math.min(at, this.cutAt ?? at);
  }

  /** `clean`: the reader was told that this is all. Only the first call counts. */
  end(clean: boolean): void {
    this.read = true;
    if (this.saw !== 'open') return;
    this.saw = clean ? 'fin' : 'reset';
    this.sawAt = performance.now();
  }

  #attempt(): Sending {
    const bytesAt = (at: number) => this.#streams.bytes(this.#id, this.#direction, at, this.length - at);
    return new Sending(bytesAt, new Witness());
  }
}

/** One conversation. */
export class Talk {
  readonly id: number;
  readonly protocol: string;
  readonly up: Way;
  readonly down: Way;
  readonly begun = performance.now();
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
