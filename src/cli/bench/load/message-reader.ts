// Finds where HTTP/1 messages begin and end in a stream of bytes: start line, Content-Length, body. Not a parser of HTTP: only what the
// bench itself sends and is sent, and anything else is an error. Knows nothing of sockets.

export interface Head {
  /** The request or status line. */
  readonly start: string;
  readonly text: string;
  readonly bodyBytes: number;
}

export interface MessageOwner {
  head(head: Head): void;
  /** Body bytes, from `at` up to `end`; `offset`: how many of this body came before. */
  body(from: Buffer, at: number, end: number, offset: number): void;
  end(): void;
}

const HEAD_END = Buffer.from('\r\n\r\n');
/** Longer than any head the bench meets. */
const HEAD_BYTES_MAX = 8_192;
const NONE = Buffer.alloc(0);

function parse(bytes: Buffer): Head {
  const text = bytes.toString('latin1');
  if (/\r\ntransfer-encoding:/i.test(text)) throw new Error('a chunked message: the bench knows only Content-Length');
  const length = /\r\ncontent-length: *(\d+)\r\n/i.exec(text)?.[1];
  const start = text.slice(0, text.indexOf('\r\n'));
  if (length === undefined && start.startsWith('HTTP/')) throw new Error(`no Content-Length after "${start}"`);
  return { start, text, bodyBytes: Number(length ?? 0) };
}

/** Reads one message after the other. Throws when the bytes are no message; a head may come in any number of pieces. */
export class MessageReader {
  readonly #owner: MessageOwner;
  #pending = NONE;
  // The same head comes again and again: comparing costs a tenth of parsing.
  #known = NONE;
  #head: Head | undefined;
  #left = -1;

  constructor(owner: MessageOwner) {
    this.#owner = owner;
  }

  /** Nothing of a message has come that is not complete. */
  get idle(): boolean {
    return this.#left < 0 && this.#pending.length === 0;
  }

  read(from: Buffer, at: number, end: number): void {
    let next = at;
    while (next < end) next = this.#left < 0 ? this.#readHead(from, next, end) : this.#readBody(from, next, end);
  }

  #readHead(from: Buffer, at: number, end: number): number {
    const known = this.#known.length;
    if (
      this.#pending.length === 0 &&
      known > 0 &&
      at + known <= end &&
      from.compare(this.#known, 0, known, at, at + known) === 0
    ) {
      this.#begin(this.#head!);
      return at + known;
    }
    const before = this.#pending.length;
    const bytes = Buffer.concat([this.#pending, from.subarray(at, end)]);
    const found = bytes.indexOf(HEAD_END);
    if (found < 0) {
      if (bytes.length > HEAD_BYTES_MAX) throw new Error('a head without an end');
      this.#pending = bytes;
      return end;
    }
    this.#pending = NONE;
    this.#known = bytes.subarray(0, found + HEAD_END.length);
    this.#head = parse(this.#known);
    this.#begin(this.#head);
    return at + this.#known.length - before;
  }

  #begin(head: Head): void {
    this.#left = head.bodyBytes;
    this.#owner.head(head);
    if (head.bodyBytes === 0) this.#finish();
  }

  #readBody(from: Buffer, at: number, end: number): number {
    const taken = Math.min(this.#left, end - at);
    this.#owner.body(from, at, at + taken, this.#head!.bodyBytes - this.#left);
    this.#left -= taken;
    if (this.#left === 0) this.#finish();
    return at + taken;
  }

  #finish(): void {
    this.#left = -1;
    this.#owner.end();
  }
}
