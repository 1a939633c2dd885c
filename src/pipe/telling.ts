// When owners are told of readiness: the level-triggered rules of contract/pipe.ts, once for every reactor.
// Knows wishes, breaks, turns and what an owner throws; refuses to know where bytes come from.
import { type Defect, throwOn } from '../contract/defect.ts';
import { type Arena, END, type Pipe, type PipeCause, type PipeOwner, RESET } from '../contract/pipe.ts';
import type { StreamCode } from '../contract/stream.ts';

/** The pipes whose owners are due in the next turn. `request` asks for that turn; asking twice must not hurt. */
export class Tellings {
  #due: ToldPipe[] = [];
  #spare: ToldPipe[] = [];
  readonly #request: () => void;
  /** Told of what owners throw. */
  readonly defect: Defect;

  constructor(request: () => void, defect: Defect = throwOn) {
    this.#request = request;
    this.defect = defect;
  }

  get waiting(): number {
    return this.#due.length;
  }

  add(pipe: ToldPipe): void {
    this.#due.push(pipe);
    this.#request();
  }

  /** Tells everybody who was due when it began; whoever becomes due meanwhile waits for the next turn. */
  tell(): void {
    const due = this.#due;
    this.#due = this.#spare;
    this.#spare = due;
    for (const pipe of due) pipe.tell();
    due.length = 0;
  }
}

/** A pipe that keeps the telling rules. What moves bytes is left to the reactors. */
export abstract class ToldPipe implements Pipe {
  owner: PipeOwner | undefined = undefined;
  protected readonly tellings: Tellings;
  #cause: PipeCause | undefined = undefined;
  #wantsRead = false;
  #wantsWrite = false;
  #due = false;
  #breakTold = false;
  #over = false;
  #ended = false;
  #endRead = false;

  constructor(tellings: Tellings) {
    this.tellings = tellings;
  }

  get cause(): PipeCause | undefined {
    return this.#cause;
  }

  /** `reset` or `close` was called: the owner hears nothing more. */
  protected get over(): boolean {
    return this.#over;
  }

  /** `end` was called. */
  protected get ended(): boolean {
    return this.#ended;
  }

  /** Bytes that `read` can give now. */
  protected abstract get unread(): number;
  /** The other side's FIN came; it is read after the bytes. */
  protected abstract get finArrived(): boolean;
  /** `write` would take something now. */
  protected abstract get hasRoom(): boolean;
  /** Moves 1 to `max` of the unread bytes. */
  protected abstract take(into: Arena, at: number, max: number): number;
  /** Takes 0 to `length` bytes. */
  protected abstract put(from: Arena, at: number, length: number): number;
  protected abstract sendFin(): void;
  /** Ends both directions at once; the peer sees an abort. */
  protected abstract abort(): void;
  /** `end` was called: lets what was written leave, reads nothing more, frees everything. */
  protected abstract finish(): void;

  get more(): boolean {
    return this.unread > 0 || (this.finArrived && !this.#endRead) || this.#cause !== undefined;
  }

  read(into: Arena, at: number, max: number): number {
    if (this.#cause !== undefined) return RESET;
    if (this.unread > 0) return this.take(into, at, max);
    if (!this.finArrived) return 0;
    this.#endRead = true;
    return END;
  }

  write(from: Arena, at: number, length: number): number {
    if (this.#cause !== undefined || this.#ended) return RESET;
    return this.hasRoom ? this.put(from, at, length) : 0;
  }

  end(): void {
    if (this.#ended || this.#cause !== undefined) return;
    this.#ended = true;
    this.sendFin();
  }

  reset(_code?: StreamCode): void {
    if (this.#over) return;
    this.#over = true;
    const alive = this.#cause === undefined;
    this.#cause ??= 'local';
    if (alive) this.abort();
  }

  close(): void {
    if (this.#over) return;
    if (!this.#ended) {
      this.reset();
      return;
    }
    this.#over = true;
    const alive = this.#cause === undefined;
    this.#cause ??= 'local';
    if (alive) this.finish();
  }

  want(read: boolean, write: boolean): void {
    this.#wantsRead = read;
    this.#wantsWrite = write;
    this.stir();
  }

  /** The pipe is broken; only the first cause counts. */
  protected break(cause: PipeCause): void {
    if (this.#cause !== undefined) return;
    this.#cause = cause;
    this.stir();
  }

  /** Something may have become ready: the owner is told in a later turn if that is so and was asked for. */
  protected stir(): void {
    if (this.#due || !this.#isDue()) return;
    this.#due = true;
    this.tellings.add(this);
  }

  /** Called from a turn, never from inside a call to the pipe. */
  tell(): void {
    this.#due = false;
    this.tellNow();
  }

  /** For reactors, from an event of their own: the owner need not wait for the end of the turn. */
  protected tellNow(): void {
    if (this.#over || this.owner === undefined) return;
    try {
      if (this.#cause === undefined) {
        if (this.#canRead()) this.owner.readable();
        if (this.#canWrite()) this.owner?.writable();
        this.stir();
      } else if (!this.#breakTold) {
        this.#breakTold = true;
        this.owner.readable();
      }
    } catch (error) {
      this.fell(error);
    }
  }

  /**
   * The owner threw, or what it wrote made a reactor throw. What it was doing is over for both sides, and it hears so as of any break;
   * one that throws even then hears nothing more.
   */
  fell(error: unknown): void {
    this.tellings.defect(error);
    if (this.#cause === undefined) {
      this.#cause = 'defect';
      this.abort();
      this.stir();
    } else this.#over = true;
  }

  #isDue(): boolean {
    if (this.#over) return false;
    return this.#cause === undefined ? this.#canRead() || this.#canWrite() : !this.#breakTold;
  }

  /** An END that was read once is not told again: an owner that still wants to read would spin. */
  #canRead(): boolean {
    return this.#wantsRead && this.#cause === undefined && (this.unread > 0 || (this.finArrived && !this.#endRead));
  }

  #canWrite(): boolean {
    return this.#wantsWrite && this.#cause === undefined && !this.#ended && this.hasRoom;
  }
}
