// One end of a link under test: sends keyed bytes and checks what arrives, byte by byte, against the other end's key.

import type { Link } from '../contract/link.ts';
import { type Arena, END, type PipeOwner, RESET } from '../contract/pipe.ts';

/** The byte at an offset of the sequence a key stands for. Neighbours, keys and far offsets all differ. */
export function keyedByte(key: number, offset: number): number {
  return (Math.imul(offset + 1, 0x9e3779b1) ^ Math.imul(key + offset, 0x85ebca6b)) >>> 24;
}

export interface LinkEndPlan {
  readonly sendKey: number;
  readonly sendBytes: number;
  readonly receiveKey: number;
  /** Most bytes a read or a write may move. */
  readonly chunkBytes?: number;
  /** Call `end` when everything was taken. */
  readonly ends?: boolean;
  /** False: does not read before `read()` is called. */
  readonly reads?: boolean;
}

export class LinkEnd implements PipeOwner {
  readonly link: Link;
  readonly #plan: LinkEndPlan;
  readonly #in: Arena;
  readonly #out: Arena;
  sent = 0;
  received = 0;
  /** Offset of the first wrong byte. */
  wrongAt: number | undefined;
  lastActivity = performance.now();
  #reads: boolean;
  #ending: 'end' | 'reset' | undefined;
  readonly #over = Promise.withResolvers<'end' | 'reset'>();
  readonly #marks: { at: number; reached: () => void }[] = [];

  constructor(link: Link, plan: LinkEndPlan) {
    const size = plan.chunkBytes ?? 65_536;
    this.link = link;
    this.#plan = plan;
    this.#in = { bytes: Buffer.alloc(size), size };
    this.#out = { bytes: Buffer.alloc(size), size };
    this.#reads = plan.reads ?? true;
    link.owner = this;
    this.#want();
  }

  /** How reading ended. */
  get over(): Promise<'end' | 'reset'> {
    return this.#over.promise;
  }

  read(): void {
    this.#reads = true;
    this.#want();
  }

  /** Resolves when that many bytes have arrived. */
  arrived(bytes: number): Promise<void> {
    if (this.received >= bytes) return Promise.resolve();
    return new Promise((reached) => this.#marks.push({ at: bytes, reached }));
  }

  readable(): void {
    const count = this.link.read(this.#in, 0, this.#in.size);
    if (count === RESET) this.#finish('reset');
    else if (count === END) this.#finish('end');
    else this.#check(count);
  }

  #check(count: number): void {
    const { bytes } = this.#in;
    const { receiveKey } = this.#plan;
    const from = this.received;
    for (let i = 0; i < count; i++) {
      if (bytes[i] !== keyedByte(receiveKey, from + i)) this.wrongAt ??= from + i;
    }
    this.received += count;
    this.lastActivity = performance.now();
    for (const mark of this.#marks) if (this.received >= mark.at) mark.reached();
  }

  #finish(ending: 'end' | 'reset'): void {
    this.#ending = ending;
    this.#over.resolve(ending);
    this.#want();
  }

  writable(): void {
    const length = Math.min(this.#out.size, this.#plan.sendBytes - this.sent);
    const { bytes } = this.#out;
    const { sendKey } = this.#plan;
    const from = this.sent;
    for (let i = 0; i < length; i++) bytes[i] = keyedByte(sendKey, from + i);
    const taken = length > 0 ? this.link.write(this.#out, 0, length) : 0;
    // Whatever the link kept a reference to is now garbage, and would be found out.
    this.#out.bytes.fill(0xee, 0, length);
    if (taken > 0) {
      this.sent += taken;
      this.lastActivity = performance.now();
    }
    if (this.sent === this.#plan.sendBytes && this.#plan.ends) this.link.end();
    this.#want();
  }

  #want(): void {
    this.link.want(
      this.#reads && this.#ending === undefined,
      this.#ending !== 'reset' && this.sent < this.#plan.sendBytes,
    );
  }
}
