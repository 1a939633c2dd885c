import type { Fields, MessagePipe, RequestHead, ResponseHead } from '../../contract/message.ts';
import { END, HEAD, type Pipe, type PipeOwner, RESET, TRAILERS } from '../../contract/pipe.ts';
import { makeArena } from '../../pipe/arena.ts';
import type { Origin } from './origin.ts';

export function request(changes: Partial<RequestHead> = {}): RequestHead {
  return {
    kind: 'request',
    method: 'GET',
    scheme: 'https',
    authority: 'site.example',
    path: '/',
    fields: [],
    body: 'none',
    length: -1,
    upgrade: undefined,
    acceptsTrailers: false,
    ...changes,
  };
}

export interface Answer {
  readonly heads: readonly ResponseHead[];
  readonly body: string;
  readonly trailers: Fields | undefined;
  /** `whole`, or why it was cut. */
  readonly end: string;
}

/** One stream as a session plays it: reads what the origin's pipe gives, and writes the body of the request. */
export class Visit implements PipeOwner {
  readonly pipe: Pipe;
  /** Settles when the answer is whole or cut. */
  readonly answer: Promise<Answer>;
  /** Settles with the first writable: the origin was reached. */
  readonly reached: Promise<void>;
  readonly heads: ResponseHead[] = [];
  /** What has arrived of the answer's body. */
  body = '';
  /** Bytes of one read. */
  readonly #step: number;
  readonly #arena = makeArena(65_536);
  readonly #settle: (answer: Answer) => void;
  readonly #reach: () => void;
  #trailers: Fields | undefined;
  #unwritten = Buffer.alloc(0);
  #ending: boolean;
  #reached = false;
  #whole = false;
  #over = false;

  /** `body`: what to send at once. `ends`: that is all of it; else the rest is left to `write` and `end`. */
  constructor(origin: Origin, head: RequestHead | 'tcp', { body = '', ends = true, step = 65_536, visitor = '' } = {}) {
    const opened = origin.open(
      head === 'tcp' ? { kind: 'tcp', exposure: 1, visitor } : { kind: 'http', exposure: 1, visitor, request: head },
    );
    if (typeof opened === 'number') throw new Error(`refused with ${opened}`);
    this.pipe = opened;
    this.#step = step;
    this.#ending = ends;
    ({ promise: this.answer, resolve: this.#settle } = Promise.withResolvers<Answer>());
    ({ promise: this.reached, resolve: this.#reach } = Promise.withResolvers<void>());
    opened.owner = this;
    opened.want(true, true);
    if (body) this.write(body);
    else this.#push();
  }

  write(text: string): void {
    this.#unwritten = Buffer.concat([this.#unwritten, Buffer.from(text, 'latin1')]);
    this.#push();
  }

  end(): void {
    this.#ending = true;
    this.#push();
  }

  readable(): void {
    while (!this.#over && !this.#whole) {
      const count = this.pipe.read(this.#arena, 0, this.#step);
      if (count > 0) this.body += this.#arena.bytes.toString('latin1', 0, count);
      else if (count === HEAD) this.heads.push((this.pipe as MessagePipe).head as ResponseHead);
      else if (count === TRAILERS) this.#trailers = (this.pipe as MessagePipe).trailers;
      else if (count === RESET) return this.#cut();
      else if (count === END) return this.#wholeNow();
      else return;
    }
  }

  writable(): void {
    this.#reached = true;
    this.#reach();
    this.#push();
  }

  #push(): void {
    if (this.#over) return;
    const length = Math.min(this.#unwritten.length, this.#arena.size);
    this.#unwritten.copy(this.#arena.bytes, 0, 0, length);
    const taken = length > 0 ? this.pipe.write(this.#arena, 0, length) : 0;
    if (taken === RESET) return this.#cut();
    this.#unwritten = this.#unwritten.subarray(taken);
    this.pipe.want(!this.#whole, !this.#reached || this.#unwritten.length > 0);
    if (this.#unwritten.length === 0 && this.#ending) this.pipe.end();
    this.#closeIfDone();
  }

  #wholeNow(): void {
    this.#whole = true;
    this.#tell('whole');
    this.#closeIfDone();
  }

  #closeIfDone(): void {
    if (!this.#whole || !this.#ending || this.#unwritten.length > 0) return;
    this.#over = true;
    this.pipe.close();
  }

  #cut(): void {
    this.#over = true;
    this.#tell(String(this.pipe.cause));
    this.pipe.reset();
  }

  #tell(end: string): void {
    this.#settle({ heads: this.heads, body: this.body, trailers: this.#trailers, end });
  }
}
