// A pipe over one of Node's sockets. Knows how to queue what Node pushes and to gather what the owner writes;
// refuses to know how the connection was made.
//
// An end of TLS without close_notify cannot be seen here: Node shows it as a clean end (promises.md, P101).
// Whoever would take END as the end of a body treats it as RESET where `secure` is there.
import type { Socket } from 'node:net';
import type { Timer } from '../../contract/clock.ts';
import type { Arena, PipeCause, Secure } from '../../contract/pipe.ts';
import { ToldPipe } from '../telling.ts';
import { causeOfBreak } from './cause.ts';
import { Incoming } from './incoming.ts';
import { Outgoing } from './outgoing.ts';
import type { Turn } from './turn.ts';

/** Small chunks pause reading too: each costs a Node object, and a peer that sends single bytes would fill 64 KiB with them. */
const CHUNKS_MAX = 64;
/** Reading goes on when this part of the bound is left. */
const RESUME_AT = 1 / 4;

export class NodePipe extends ToldPipe {
  readonly #turn: Turn;
  /** The TCP or Unix socket. Only it can send RST: `resetAndDestroy` of a TLS socket throws. */
  readonly #raw: Socket;
  /** What carries the owner's bytes: the TLS socket, or `#raw` itself. */
  #stream: Socket;
  /** False while TLS is still to come. */
  #carries = false;
  #secure: Secure | undefined;
  #connected = false;
  readonly #incoming: Incoming;
  #finArrived = false;
  #paused = false;
  readonly #outgoing: Outgoing;
  #flushing = false;
  #closing: Timer | undefined;

  /** `stream`: undefined while `raw` still connects and TLS is to come; then `carry` follows. */
  constructor(turn: Turn, raw: Socket, stream: Socket | undefined) {
    super(turn.tellings);
    this.#turn = turn;
    this.#raw = raw;
    this.#stream = raw;
    this.#incoming = new Incoming(turn.blocks);
    this.#outgoing = new Outgoing(turn.blocks);
    if (stream !== raw) raw.on('error', this.#onError);
    if (stream === undefined) raw.on('close', this.#onClose);
    else this.carry(stream);
  }

  /** From now on the owner's bytes go through `stream`. */
  carry(stream: Socket): void {
    this.#raw.off('close', this.#onClose);
    this.#stream = stream;
    this.#carries = true;
    stream.on('data', (chunk: Buffer) => this.#onData(chunk));
    stream.on('end', () => this.#onEnd());
    stream.on('drain', () => this.tellNow());
    stream.on('error', this.#onError);
    stream.on('close', this.#onClose);
    if (this.ended) this.sendFin();
  }

  get secure(): Secure | undefined {
    return this.#secure;
  }

  /** The connection, with its handshake, stands. */
  connected(secure: Secure | undefined): void {
    if (this.cause !== undefined) return;
    this.#secure = secure;
    this.#connected = true;
    this.tellNow();
  }

  /** Broken by the world, not by the owner. */
  fail(cause: PipeCause): void {
    this.#forget();
    this.#raw.destroy();
    this.break(cause);
  }

  /** Sends what was written in this turn. */
  flush(): void {
    this.#flushing = false;
    this.#outgoing.send(this.#stream);
  }

  /**
   * Makes Node notice a reset while it does not read (it stops at a FIN, and when too much is unread): the kernel answers
   * an empty write with the error, and sends nothing. Under TLS too it is the raw socket that is asked.
   */
  probe(): void {
    if (this.#connected && !this.ended && this.#stream.writableLength === 0) this.#raw.write('');
  }

  protected get unread(): number {
    return this.#incoming.length;
  }

  protected get finArrived(): boolean {
    return this.#finArrived;
  }

  protected get hasRoom(): boolean {
    return this.#connected && this.#unsent < this.#turn.limits.pipeUnsentBytes;
  }

  protected take(into: Arena, at: number, max: number): number {
    const count = this.#incoming.take(into, at, max);
    if (this.#paused) this.#resumeIfRead();
    return count;
  }

  protected put(from: Arena, at: number, length: number): number {
    const count = Math.min(length, this.#turn.limits.pipeUnsentBytes - this.#unsent);
    if (count === 0) return 0;
    if (!this.#flushing) {
      this.#flushing = true;
      this.#turn.flushLater(this);
    }
    this.#outgoing.add(this.#stream, from.bytes, at, count);
    return count;
  }

  protected sendFin(): void {
    if (!this.#carries) return;
    this.#outgoing.send(this.#stream);
    this.#turn.doze(this, false);
    this.#stream.end();
  }

  protected abort(): void {
    this.#forget();
    const finLeaves = this.ended && this.#stream.writableLength === 0 && !this.#stream.writableFinished;
    if (finLeaves) this.#abortAfterFin();
    else this.#sendRst();
  }

  /** While a FIN is on its way out libuv refuses RST (EINVAL), and Node would then never close the handle. */
  #abortAfterFin(): void {
    this.#closing = this.#turn.clock.after(this.#turn.limits.pipeCloseMs, () => this.#raw.destroy());
    this.#stream.once('finish', () => this.#sendRst());
  }

  #sendRst(): void {
    const raw = this.#raw;
    if (raw.destroyed) return;
    // What still connects here may stand already there: destroyed now, it would show a clean end. The dial's own time bounds it.
    if (raw.connecting) raw.once('connect', () => this.#sendRst());
    // A Unix socket knows no RST.
    else if (raw.remoteFamily === undefined) raw.destroy();
    else raw.resetAndDestroy();
  }

  /** A lingering close: the peer may take its time for the last bytes, and what it still sends is thrown away. */
  protected finish(): void {
    this.#forget();
    if (this.#stream.destroyed) return;
    if (!this.#carries) {
      this.#raw.destroy();
      return;
    }
    this.#closing = this.#turn.clock.after(this.#turn.limits.pipeCloseMs, () => this.#raw.destroy());
    this.#stream.resume();
  }

  readonly #onError = (error: Error): void => this.fail(causeOfBreak(error));

  /** Node has read into memory that it will read into again. */
  arrived(bytes: Uint8Array, length: number): void {
    if (this.over) return;
    this.#incoming.copy(bytes, length);
    this.#hear();
  }

  #onData(chunk: Buffer): void {
    if (this.over) return;
    this.#incoming.keep(chunk);
    this.#hear();
  }

  #hear(): void {
    this.tellNow();
    const { length, chunks } = this.#incoming;
    if (length < this.#turn.limits.pipeUnreadBytes && chunks < CHUNKS_MAX) return;
    if (this.#paused || this.over) return;
    this.#paused = true;
    this.#stream.pause();
    this.#turn.doze(this, true);
  }

  #resumeIfRead(): void {
    const { length, chunks } = this.#incoming;
    if (length > this.#turn.limits.pipeUnreadBytes * RESUME_AT || chunks > CHUNKS_MAX * RESUME_AT) return;
    this.#paused = false;
    this.#turn.doze(this, false);
    this.#stream.resume();
  }

  #onEnd(): void {
    this.#finArrived = true;
    if (!this.ended && !this.over) this.#turn.doze(this, true);
    this.tellNow();
  }

  readonly #onClose = (): void => {
    this.#closing?.cancel();
    this.#turn.doze(this, false);
    // Both ends said FIN: nothing is broken, and what is unread stays.
    if (!this.#finArrived || !this.ended) this.fail('reset');
  };

  get #unsent(): number {
    return this.#stream.writableLength + this.#outgoing.held;
  }

  #forget(): void {
    this.#outgoing.drop();
    this.#incoming.drop();
    this.#turn.doze(this, false);
  }
}
