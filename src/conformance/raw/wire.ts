// One end of a real connection, spoken byte by byte: it sends what it is told to, keeps what comes, and tells FIN from RST.
// Of the project it knows nothing, so that no fault of a parser can hide behind the same fault here.
import type { Socket } from 'node:net';

/** How the other side ended: not yet, with FIN, or with RST. */
export type Ending = 'open' | 'fin' | 'rst';

/** How often somebody who waits looks by himself: not everything that is waited for comes with bytes. */
const LOOK_MS = 200;
const RESET_CODES = new Set(['ECONNRESET', 'EPIPE']);

export class Wire {
  readonly socket: Socket;
  ending: Ending = 'open';
  /** How many bytes have come. */
  bytes = 0;
  /** Bytes that are only counted: large bodies need not be kept. */
  keeping = true;
  /** Called with every piece as it comes. */
  heard: (chunk: Buffer) => void = () => {};
  #chunks: Buffer[] = [];
  #woken: (() => void)[] = [];

  /** `socket` must have been made with `allowHalfOpen`. */
  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => {
      if (this.keeping) this.#chunks.push(chunk);
      this.bytes += chunk.length;
      this.heard(chunk);
      this.#wake();
    });
    socket.on('drain', () => this.#wake());
    socket.on('end', () => this.#ended('fin'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (RESET_CODES.has(error.code ?? '')) this.#ended('rst');
    });
    socket.on('close', () => this.#ended('fin'));
  }

  /** All that has come, unless only counted. */
  get received(): Buffer {
    const all = Buffer.concat(this.#chunks);
    this.#chunks = [all];
    return all;
  }

  /** The same, a character for each byte. */
  get text(): string {
    return this.received.toString('latin1');
  }

  /** Strings go out a byte for each character. */
  send(bytes: string | Buffer): this {
    if (!this.socket.destroyed) this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
    return this;
  }

  /** Sends all of it as fast as the other side takes it; false when the other side ended before. */
  async pour(bytes: Buffer, times = 1): Promise<boolean> {
    for (let sent = 0; sent < times && !this.socket.destroyed; sent += 1) {
      this.socket.write(bytes);
      while (this.socket.writableNeedDrain && !this.socket.destroyed) await this.#change(LOOK_MS);
    }
    return !this.socket.destroyed;
  }

  fin(): void {
    this.socket.end();
  }

  rst(): void {
    this.socket.resetAndDestroy();
  }

  /** Reads no more, so that the other side's window fills. */
  stall(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** True as soon as `so` holds; false when the other side ends, or `patienceMs` pass, before. */
  async until(so: () => boolean, patienceMs: number): Promise<boolean> {
    const giveUpAt = performance.now() + patienceMs;
    while (!so()) {
      const left = giveUpAt - performance.now();
      if (this.ending !== 'open' || left <= 0) return false;
      await this.#change(Math.min(left, LOOK_MS));
    }
    return true;
  }

  /** How the other side ends; `open` if it does not in time. */
  async ends(patienceMs: number): Promise<Ending> {
    await this.until(() => false, patienceMs);
    return this.ending;
  }

  #change(withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#woken.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  #ended(how: Ending): void {
    if (this.ending === 'open') this.ending = how;
    this.#wake();
  }

  #wake(): void {
    const woken = this.#woken;
    this.#woken = [];
    for (const wake of woken) wake();
  }
}
