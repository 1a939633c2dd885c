// One end of a flow of datagrams: those that came wait here, few and the newest, until a stream takes them; and the flow is over when for
// a while nothing went either way. Refuses to know where datagrams come from and go to.
import type { Clock, Timer } from '../contract/clock.ts';
import type { DatagramPipe } from '../contract/datagram.ts';
import { type PipeCause, type PipeOwner, RESET } from '../contract/pipe.ts';

/** The memory that flows share for what waits. */
export interface FlowBudget {
  bytes: number;
  readonly bytesMax: number;
}

export interface FlowOptions {
  readonly clock: Clock;
  readonly idleMs: number;
  /** Datagrams that wait in it. */
  readonly datagramsMax: number;
  readonly budget: FlowBudget;
  /** Sends one on. `bytes` are to be copied, or sent before it returns. */
  send(bytes: Buffer): void;
  /** One was dropped, for this bound if it was one. */
  dropped(bound?: 'udpFlowDatagrams' | 'udpQueueBytes'): void;
  /** Once, and last: nothing came for `idleMs`, or the stream has let go of it. */
  over(): void;
}

export class Flow implements DatagramPipe {
  readonly carries = 'datagrams';
  owner: PipeOwner | undefined = undefined;
  readonly #options: FlowOptions;
  readonly #waiting: Buffer[] = [];
  #cause: PipeCause | undefined;
  #wantsRead = false;
  #over = false;
  #usedAt: number;
  #timer: Timer;
  #telling: Timer | undefined;

  constructor(options: FlowOptions) {
    this.#options = options;
    this.#usedAt = options.clock.now();
    this.#timer = options.clock.after(options.idleMs, () => this.#look());
  }

  get cause(): PipeCause | undefined {
    return this.#cause;
  }

  get more(): boolean {
    return this.#waiting.length > 0;
  }

  get nextBytes(): number {
    return this.#waiting[0]?.length ?? -1;
  }

  /** One came, and is copied. The oldest makes room for it; one for which there is still no room goes itself. */
  arrived(bytes: Buffer): void {
    if (this.#cause !== undefined) return;
    const { budget, datagramsMax, clock } = this.#options;
    this.#usedAt = clock.now();
    if (this.#waiting.length >= datagramsMax) this.#drop('udpFlowDatagrams');
    while (this.more && budget.bytes + bytes.length > budget.bytesMax) this.#drop('udpQueueBytes');
    if (budget.bytes + bytes.length > budget.bytesMax) {
      this.#options.dropped('udpQueueBytes');
      return;
    }
    budget.bytes += bytes.length;
    this.#waiting.push(Buffer.from(bytes));
    if (this.#wantsRead) this.owner?.readable();
  }

  take(into: Buffer | undefined, at: number): void {
    if (into === undefined) this.#drop();
    else this.#shift().copy(into, at);
  }

  deliver(from: Buffer, at: number, length: number): void {
    if (this.#cause !== undefined) return;
    this.#usedAt = this.#options.clock.now();
    this.#options.send(from.subarray(at, at + length));
  }

  /** It cannot go on. The owner is told at once: no call of its own is under way. */
  break(cause: PipeCause): void {
    if (this.#cause !== undefined) return;
    this.#cause = cause;
    const { owner } = this;
    this.#end();
    owner?.readable();
  }

  read(): number {
    return this.#cause === undefined ? 0 : RESET;
  }

  write(): number {
    return RESET;
  }

  /** Datagrams have no end: the other side says nothing more, and then it is idle. */
  end(): void {}

  want(read: boolean, _write: boolean): void {
    this.#wantsRead = read;
    if (!read || !this.more || this.#telling !== undefined) return;
    this.#telling = this.#options.clock.after(0, () => {
      this.#telling = undefined;
      if (this.#wantsRead && this.more) this.owner?.readable();
    });
  }

  reset(): void {
    this.owner = undefined;
    this.#cause ??= 'local';
    this.#end();
  }

  close(): void {
    this.reset();
  }

  #shift(): Buffer {
    const first = this.#waiting.shift()!;
    this.#options.budget.bytes -= first.length;
    return first;
  }

  #drop(bound?: Parameters<FlowOptions['dropped']>[0]): void {
    this.#shift();
    this.#options.dropped(bound);
  }

  #look(): void {
    const { clock, idleMs } = this.#options;
    const left = this.#usedAt + idleMs - clock.now();
    if (left <= 0) this.break('timeout');
    else this.#timer = clock.after(left, () => this.#look());
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#timer.cancel();
    this.#telling?.cancel();
    while (this.more) this.#drop();
    this.#options.over();
  }
}
