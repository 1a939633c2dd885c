import type { Arena, Pipe, PipeCause, PipeOwner, Secure, WindowShare } from '../contract/pipe.ts';
import type { StreamCode } from '../contract/stream.ts';
import type { Traffic } from './gate.ts';

/** A pipe seen through one that adds something to it. Adds nothing itself. */
export class PipeThrough implements Pipe {
  readonly inner: Pipe;

  constructor(inner: Pipe) {
    this.inner = inner;
  }

  get owner(): PipeOwner | undefined {
    return this.inner.owner;
  }
  set owner(owner: PipeOwner | undefined) {
    this.inner.owner = owner;
  }
  get more(): boolean {
    return this.inner.more;
  }
  get cause(): PipeCause | undefined {
    return this.inner.cause;
  }
  get secure(): Secure | undefined {
    return this.inner.secure;
  }
  get share(): WindowShare | undefined {
    return this.inner.share;
  }
  read(into: Arena, at: number, max: number): number {
    return this.inner.read(into, at, max);
  }
  write(from: Arena, at: number, length: number): number {
    return this.inner.write(from, at, length);
  }
  want(read: boolean, write: boolean): void {
    this.inner.want(read, write);
  }
  end(): void {
    this.inner.end();
  }
  reset(code?: StreamCode): void {
    this.inner.reset(code);
  }
  close(): void {
    this.inner.close();
  }
}

/** Counts what passes, and says once when its owner has let go of it: how visitors are counted whose pipe a stream owns. */
export class CountedPipe extends PipeThrough {
  readonly #traffic: Traffic;
  #over: (() => void) | undefined;

  constructor(inner: Pipe, traffic: Traffic, over: () => void) {
    super(inner);
    this.#traffic = traffic;
    this.#over = over;
  }

  override read(into: Arena, at: number, max: number): number {
    const count = this.inner.read(into, at, max);
    if (count > 0) this.#traffic.bytesIn += count;
    return count;
  }

  override write(from: Arena, at: number, length: number): number {
    const taken = this.inner.write(from, at, length);
    if (taken > 0) this.#traffic.bytesOut += taken;
    return taken;
  }

  override reset(code?: StreamCode): void {
    this.inner.reset(code);
    this.#end();
  }

  override close(): void {
    this.inner.close();
    this.#end();
  }

  #end(): void {
    const over = this.#over;
    this.#over = undefined;
    over?.();
  }
}

/** Gives back bytes that were read to find out who arrived, before those that are still to come. */
export class UnreadPipe extends PipeThrough {
  #bytes: Buffer;
  #owner: PipeOwner | undefined;
  #telling: NodeJS.Immediate | undefined;
  #wanted = false;

  /** `bytes` is kept, not copied. */
  constructor(inner: Pipe, bytes: Buffer) {
    super(inner);
    this.#bytes = bytes;
  }

  override get owner(): PipeOwner | undefined {
    return this.#owner;
  }
  override set owner(owner: PipeOwner | undefined) {
    this.#owner = owner;
    this.inner.owner = owner;
  }

  override get more(): boolean {
    return this.#bytes.length > 0 || this.inner.more;
  }

  override read(into: Arena, at: number, max: number): number {
    if (this.#bytes.length === 0) return this.inner.read(into, at, max);
    const count = this.#bytes.copy(into.bytes, at, 0, Math.min(max, this.#bytes.length));
    this.#bytes = this.#bytes.subarray(count);
    return count;
  }

  override want(read: boolean, write: boolean): void {
    this.inner.want(read, write);
    this.#wanted = read;
    this.#tell();
  }

  override reset(code?: StreamCode): void {
    clearImmediate(this.#telling);
    this.inner.reset(code);
  }

  override close(): void {
    clearImmediate(this.#telling);
    this.inner.close();
  }

  /** The inner pipe knows nothing of the bytes kept here, so the owner is told from here, in a later turn. */
  #tell(): void {
    if (!this.#wanted || this.#bytes.length === 0 || this.#telling !== undefined) return;
    this.#telling = setImmediate(() => {
      this.#telling = undefined;
      if (!this.#wanted || this.#bytes.length === 0) return;
      this.#owner?.readable();
      this.#tell();
    });
  }
}
