// An open WebSocket as a pipe: binary messages are bytes in order, their boundaries mean nothing. Knows nothing of handshakes.
import type { Duplex } from 'node:stream';
import type { RawData, WebSocket } from 'ws';
import type { Clock, Timer } from '../contract/clock.ts';
import type { Limits } from '../contract/limits.ts';
import type { Link, Peer } from '../contract/link.ts';
import { type Arena, END, type PipeCause, type PipeOwner, RESET } from '../contract/pipe.ts';
import { UnreadMessages } from './unread-messages.ts';

const NORMAL = 1000;
/** What `ws` says of a connection that ended without a close frame. */
const UNCLOSED = 1006;
/** Who lives and has all that was written answers a close frame within a round trip; who does not would hold a place for nothing. */
const GOODBYE_MS = 1_000;
const SEND = { binary: true, compress: false } as const;

/** The subprotocol both ends must name. */
export const SUBPROTOCOL = 'anpx.2';

/** Options of `ws` for either end. Its own names and bounds are for servers of strangers and far larger (ws 8.21, tiny fragments). */
export function socketBounds(limits: Limits) {
  return {
    perMessageDeflate: false,
    maxPayload: limits.linkMessageBytes,
    maxFragments: limits.linkMessageFragments,
    maxBufferedChunks: limits.linkMessageChunks,
    closeTimeout: limits.pipeCloseMs,
  };
}

export interface WebSocketSurroundings {
  /** The stream under the socket: its error tells a break from an end. */
  readonly stream: Duplex;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly peer: Peer;
}

/**
 * WebSocket has no half-close (RFC 6455 §5.5.1): `end` closes both directions once what was written has left, the other side
 * reads everything and then END, and its writes answer RESET. Anything but a close of code 1000 is a RESET.
 */
export class WebSocketLink implements Link {
  owner: PipeOwner | undefined;
  readonly peer: Peer;
  readonly #socket: WebSocket;
  readonly #stream: Duplex;
  readonly #limits: Limits;
  readonly #clock: Clock;

  /** `ending`: closed here, the other side's close is awaited; `ended`: it came; `let-go`: the owner wants to hear no more. */
  #state: 'open' | 'ending' | 'ended' | 'broken' | 'let-go' = 'open';
  #cause: PipeCause | undefined;
  #breakTold = false;
  #endRead = false;

  readonly #unread = new UnreadMessages();
  #paused = false;

  #wantsRead = false;
  #wantsWrite = false;
  #telling: NodeJS.Immediate | undefined;
  #pingsFrom = 0;
  #pings = 0;
  #goodbye: Timer | undefined;
  readonly #sent = () => this.#tellLater();

  constructor(socket: WebSocket, { stream, limits, clock, peer }: WebSocketSurroundings) {
    this.#socket = socket;
    this.#stream = stream;
    this.#limits = limits;
    this.#clock = clock;
    this.peer = peer;
    socket.on('message', (data, binary) => this.#received(data, binary));
    socket.on('ping', () => this.#pinged());
    socket.on('pong', () => this.#pinged());
    socket.on('error', () => this.#break('malformed'));
    socket.on('close', (code) => this.#closed(code));
  }

  get cause(): PipeCause | undefined {
    return this.#cause;
  }

  get more(): boolean {
    return !this.#unread.empty || (this.#state === 'ended' && !this.#endRead) || this.#cause !== undefined;
  }

  read(into: Arena, at: number, max: number): number {
    if (!this.#unread.empty) {
      const count = this.#unread.take(into, at, max);
      if (this.#paused && this.#unread.held < this.#limits.linkUnreadBytes / 4) this.#pause(false);
      return count;
    }
    if (this.#cause !== undefined) return RESET;
    if (this.#state !== 'ended') return 0;
    this.#endRead = true;
    return END;
  }

  /** Copies: `ws` hands the buffer on and it waits in the stream for as long as the socket is full. */
  write(from: Arena, at: number, length: number): number {
    if (this.#state !== 'open') return RESET;
    const count = Math.min(length, this.#limits.linkWriteBytes, this.#room());
    if (count <= 0) return 0;
    this.#socket.send(Buffer.from(from.bytes.subarray(at, at + count)), SEND, this.#sent);
    return count;
  }

  #room(): number {
    return this.#limits.linkUnsentBytes - this.#socket.bufferedAmount;
  }

  end(): void {
    if (this.#state !== 'open') return;
    this.#state = 'ending';
    this.#socket.close(NORMAL);
  }

  reset(): void {
    this.#letGo();
    this.#abort();
  }

  close(): void {
    const aborts = this.#state === 'open';
    this.#letGo();
    if (aborts) this.#abort();
    // What is still to come is dropped, but the close frame behind it must be read.
    else {
      this.#pause(false);
      this.#goodbye = this.#clock.after(GOODBYE_MS, () => this.#socket.bufferedAmount === 0 && this.#abort());
    }
  }

  want(read: boolean, write: boolean): void {
    this.#wantsRead = read;
    this.#wantsWrite = write;
    this.#tellLater();
  }

  /** Asks for a later turn if there is something to tell. */
  #tellLater(): void {
    if (this.#telling === undefined && (this.#owesRead() || this.#owesWrite())) {
      this.#telling = setImmediate(() => this.#tell());
    }
  }

  #tell(): void {
    this.#telling = undefined;
    if (this.#owesRead()) {
      this.#breakTold = this.#state === 'broken';
      this.owner?.readable();
    }
    if (this.#owesWrite()) this.owner?.writable();
    this.#tellLater();
  }

  #owesRead(): boolean {
    if (this.#state === 'broken') return !this.#breakTold && this.owner !== undefined;
    if (this.#state === 'let-go') return false;
    return this.#wantsRead && this.more;
  }

  #owesWrite(): boolean {
    return this.#wantsWrite && this.#state === 'open' && this.#room() > 0;
  }

  #received(data: RawData, binary: boolean): void {
    if (this.#state === 'broken' || this.#state === 'let-go') return;
    // Buffers are what `binaryType` nodebuffer yields; text is nothing this protocol has.
    if (!binary || !Buffer.isBuffer(data)) {
      this.#break('malformed');
      return;
    }
    if (data.length === 0) {
      this.#pinged();
      return;
    }
    this.#unread.add(data);
    if (!this.#paused && this.#unread.held > this.#limits.linkUnreadBytes) this.#pause(true);
    this.#tellLater();
  }

  /** Pings, pongs and empty messages carry nothing; sessions have pings of their own, so many of these are a flood. */
  #pinged(): void {
    const now = this.#clock.now();
    if (now - this.#pingsFrom >= 1_000) {
      this.#pingsFrom = now;
      this.#pings = 0;
    }
    if (++this.#pings > this.#limits.sessionPingsPerSecond) this.#break('malformed');
  }

  #closed(code: number): void {
    this.#goodbye?.cancel();
    if (this.#state === 'broken' || this.#state === 'let-go') return;
    if (code === NORMAL) {
      this.#state = 'ended';
      this.#tellLater();
    } else this.#break(code === UNCLOSED && !this.#stream.errored ? 'truncated' : 'reset');
  }

  #break(cause: PipeCause): void {
    if (this.#state === 'broken' || this.#state === 'let-go') return;
    this.#state = 'broken';
    this.#cause = cause;
    this.#unread.clear();
    this.#abort();
    this.#tellLater();
  }

  #letGo(): void {
    this.#cause ??= 'local';
    this.#state = 'let-go';
    this.#unread.clear();
    clearImmediate(this.#telling);
    this.#telling = undefined;
  }

  #abort(): void {
    this.#socket.terminate();
  }

  #pause(paused: boolean): void {
    this.#paused = paused;
    if (paused) this.#socket.pause();
    else this.#socket.resume();
  }
}
