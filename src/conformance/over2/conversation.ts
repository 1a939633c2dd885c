// One visitor who speaks HTTP/1, and the connection of HTTP/2 on which the same is said to a front.
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CODE } from '../raw/frame-peer.ts';
import { AnswerText } from './answer-text.ts';
import { Line, type LineHearer } from './line.ts';
import { fieldsOver2 } from './request-fields.ts';
import { type RequestHearer, RequestReader } from './request-reader.ts';

/** More of a body than this is not taken from the visitor before some of it has left. */
const WAITING_BYTES_MAX = 131_072;

/** One request, and what is to be told of its answer when its turn comes. */
interface Turn {
  readonly stream: number;
  readonly text: AnswerText;
  held: (Buffer | string)[];
  /** Bytes of the held body, to be granted when they have been told. */
  bytes: number;
  state: 'open' | 'whole' | 'cut';
}

export class Conversation {
  readonly #visitor: Socket;
  readonly #line: Line;
  readonly #reader: RequestReader;
  readonly #turns: Turn[] = [];
  #left = false;

  /** `visitor`: made with `allowHalfOpen`. */
  constructor(visitor: Socket, front: Duplex, scheme: 'http' | 'https') {
    this.#visitor = visitor;
    const line = new Line(front, this.#fromFront());
    this.#line = line;
    this.#reader = new RequestReader(this.#fromVisitor(scheme));
    const reader = this.#reader;
    visitor.on('error', () => {});
    visitor.on('data', (bytes: Buffer) => {
      reader.take(bytes);
      if (line.waiting > WAITING_BYTES_MAX) visitor.pause();
    });
    visitor.on('drain', () => this.#tell());
    visitor.on('end', () => {
      if (reader.owing || this.#turns.length === 0) this.#gone();
    });
    visitor.on('close', () => this.#gone());
  }

  #fromVisitor(scheme: 'http' | 'https'): RequestHearer {
    const line = this.#line;
    let stream = 0;
    return {
      head: (said, bodied) => {
        stream = line.open(fieldsOver2(said, scheme), bodied);
        this.#turns.push({ stream, text: new AnswerText(said.method), held: [], bytes: 0, state: 'open' });
      },
      data: (bytes) => line.say(stream, bytes),
      end: (trailers) => line.end(stream, trailers),
    };
  }

  #fromFront(): LineHearer {
    return {
      section: (stream, fields, end) =>
        this.#came(stream, end, (turn) => turn.held.push(turn.text.section(fields, end, this.#reader.owing))),
      data: (stream, bytes, end) =>
        this.#came(stream, end, (turn) => {
          turn.held.push(...turn.text.data(bytes, end));
          turn.bytes += bytes.length;
        }),
      reset: (stream) => this.#broke(({ stream: each }) => each === stream),
      left: () => {
        if (this.#line.waiting <= WAITING_BYTES_MAX) this.#visitor.resume();
      },
      over: () => {
        this.#broke(() => true);
        if (this.#turns.length === 0) this.#leave(() => this.#visitor.end());
      },
    };
  }

  #came(stream: number, end: boolean, take: (turn: Turn) => void): void {
    const turn = this.#turns.find((each) => each.stream === stream);
    if (turn === undefined) return;
    take(turn);
    if (end) turn.state = 'whole';
    this.#tell();
  }

  #broke(isIt: (turn: Turn) => boolean): void {
    for (const turn of this.#turns) if (turn.state === 'open' && isIt(turn)) turn.state = 'cut';
    this.#tell();
  }

  /** As much as the visitor takes, in the order in which it asked. */
  #tell(): void {
    for (let turn = this.#turns[0]; turn !== undefined && !this.#visitor.writableNeedDrain; turn = this.#turns[0]) {
      const { held, bytes } = turn;
      turn.held = [];
      turn.bytes = 0;
      for (const part of held) this.#visitor.write(part, 'latin1');
      this.#line.grant(turn.stream, bytes);
      if (turn.state === 'open') return;
      this.#turns.shift();
      if (turn.state === 'cut') this.#cut();
      else if (this.#line.leaving && this.#turns.length === 0) this.#leave(() => this.#visitor.end());
    }
  }

  /** What was told must have left before. */
  #cut(): void {
    this.#turns.length = 0;
    this.#line.close();
    this.#leave(() => this.#visitor.write('', () => this.#visitor.resetAndDestroy()));
  }

  #gone(): void {
    for (const { stream, state } of this.#turns) if (state === 'open') this.#line.reset(stream, CODE.cancel);
    this.#turns.length = 0;
    this.#line.close();
    this.#leave(() => this.#visitor.end());
  }

  /** Once, by FIN or by RST: while the one is on its way out, libuv refuses the other. */
  #leave(how: () => void): void {
    if (!this.#left) how();
    this.#left = true;
  }
}
