// The bench's own origin: small answers and large ones, a sink that compares every byte of an upload, and an echo. Raw sockets, no HTTP library.
import { createServer, type Server, type Socket } from 'node:net';
import { type Head, type MessageOwner, MessageReader } from '../load/message-reader.ts';
import { BULK_BYTES, check } from '../load/pattern.ts';
import { writePattern } from '../load/pattern-writer.ts';
import { SMALL } from '../load/requests.ts';

const answer = (status: string, body: Buffer, more = '') =>
  Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n${more}\r\n`), body]);
const SMALL_ANSWER = answer('200 OK', SMALL, 'Content-Type: text/plain\r\n');
const NOTHING = Buffer.alloc(0);
/** Visitors waiting to be accepted: as many as connect in one go. */
const BACKLOG = 4_096;

class Conversation implements MessageOwner {
  readonly #socket: Socket;
  readonly #reader = new MessageReader(this);
  #head: Head | undefined;
  /** Where in the pattern the upload begins. */
  #from = 0;
  #wrong: string | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (bytes: Buffer) => this.#heard(bytes)).on('error', () => socket.destroy());
  }

  #heard(bytes: Buffer): void {
    try {
      this.#reader.read(bytes, 0, bytes.length);
    } catch (error) {
      this.#refuse('400 Bad Request', (error as Error).message);
    }
  }

  #refuse(status: string, why: string): void {
    this.#socket.end(answer(status, Buffer.from(why)));
  }

  head(head: Head): void {
    this.#head = head;
    this.#wrong = undefined;
    this.#from = Number(/^POST \/sink\/(\d+) /.exec(head.start)?.[1] ?? 0);
  }

  body(from: Buffer, at: number, end: number, offset: number): void {
    if (this.#wrong === undefined) this.#wrong = wrongIn(from, at, end, this.#from + offset);
  }

  end(): void {
    const { start, text } = this.#head!;
    if (start.startsWith('GET /small ')) this.#small(text);
    else if (start.startsWith('GET /bulk ')) this.#bulk(Number(/\r\nrange: bytes=(\d+)-/i.exec(text)?.[1] ?? 0));
    else if (!start.startsWith('POST /sink/')) this.#refuse('404 Not Found', start);
    else if (this.#wrong === undefined) this.#socket.write(answer('200 OK', NOTHING));
    else this.#refuse(`400 Bad upload: ${this.#wrong}`, this.#wrong);
  }

  #small(head: string): void {
    if (/\r\nconnection: *close\r/i.test(head)) this.#socket.end(SMALL_ANSWER);
    else this.#socket.write(SMALL_ANSWER);
  }

  #bulk(from: number): void {
    const length = BULK_BYTES - from;
    const range = `Content-Range: bytes ${from}-${BULK_BYTES - 1}/${BULK_BYTES}`;
    this.#socket.write(`HTTP/1.1 206 Partial Content\r\nContent-Length: ${length}\r\n${range}\r\n\r\n`);
    writePattern(this.#socket, from, length, () => {});
  }
}

function wrongIn(from: Buffer, at: number, end: number, offset: number): string | undefined {
  try {
    check(from, at, end, offset);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function echo(socket: Socket): void {
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
}

async function listen(serve: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: false }, serve);
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject).listen({ port: 0, host: '127.0.0.1', backlog: BACKLOG }, resolve);
  await promise;
  return server;
}

export const listenHttp = () => listen((socket) => void new Conversation(socket));
export const listenEcho = () => listen(echo);
