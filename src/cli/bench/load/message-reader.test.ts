import { describe, expect, it } from 'vitest';
import { MessageReader } from './message-reader.ts';

const ANSWER = 'HTTP/1.1 200 OK\r\nServer: x\r\nContent-Length: 5\r\n\r\nhello';
const OTHER = 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbye';
const EMPTY = 'HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n';

class Scribe {
  readonly reader = new MessageReader(this);
  readonly said: string[] = [];
  #body = '';

  head({ start, bodyBytes }: { readonly start: string; readonly bodyBytes: number }): void {
    this.said.push(`${start} ${bodyBytes}`);
    this.#body = '';
  }

  body(from: Buffer, at: number, end: number, offset: number): void {
    expect(offset).toBe(this.#body.length);
    this.#body += from.toString('latin1', at, end);
  }

  end(): void {
    this.said.push(this.#body);
  }

  /** Hears the text in pieces, each in the middle of a buffer with something else around it. */
  hear(text: string, pieceBytes: number): readonly string[] {
    for (let at = 0; at < text.length; at += pieceBytes) {
      const piece = text.slice(at, at + pieceBytes);
      this.reader.read(Buffer.from(`??${piece}\r\n\r\n??`), 2, 2 + piece.length);
    }
    return this.said;
  }
}

const ALL = ['HTTP/1.1 200 OK 5', 'hello', 'HTTP/1.1 200 OK 5', 'hello', 'HTTP/1.1 200 OK 3', 'bye'];

describe('the reader of messages', () => {
  it.each([1, 2, 3, 7, 30, 1_000])('finds the same messages in pieces of %i bytes', (pieceBytes) => {
    const scribe = new Scribe();
    expect(scribe.hear(ANSWER + ANSWER + OTHER + EMPTY + OTHER, pieceBytes)).toEqual([
      ...ALL,
      'HTTP/1.1 204 No Content 0',
      '',
      ...ALL.slice(4),
    ]);
    expect(scribe.reader.idle).toBe(true);
  });

  it('takes a request without a length for one without a body', () => {
    expect(new Scribe().hear('GET / HTTP/1.1\r\nHost: a\r\n\r\n', 5)).toEqual(['GET / HTTP/1.1 0', '']);
  });

  it('knows that a message is not complete', () => {
    const scribe = new Scribe();
    scribe.hear(ANSWER.slice(0, -1), 10);
    expect(scribe.reader.idle).toBe(false);
    const early = new Scribe();
    early.hear(ANSWER.slice(0, 9), 10);
    expect(early.reader.idle).toBe(false);
  });

  it.each([
    ['without a length', 'HTTP/1.1 200 OK\r\nServer: x\r\n\r\n', /no Content-Length/],
    ['in chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n', /chunked/],
    ['whose head never ends', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(2_000)}`, /without an end/],
  ])('refuses an answer %s', (_, text, message) => {
    expect(() => new Scribe().hear(text, 100)).toThrow(message);
  });
});
