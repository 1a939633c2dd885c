import type { LimitName } from '../../contract/limits.ts';
import { type Arena, type Pipe, RESET } from '../../contract/pipe.ts';
import { PipeThrough } from '../pipe-through.ts';
import type { Conduct } from './conduct.ts';

/** A visitor's pipe whose frames are looked at before anybody works on them. What passes a bound is not handed on. */
export class WatchedPipe extends PipeThrough {
  readonly #conduct: Conduct;
  readonly #offended: (limit: LimitName) => void;

  /** `offended` is called from inside `read`, once. */
  constructor(inner: Pipe, conduct: Conduct, offended: (limit: LimitName) => void) {
    super(inner);
    this.#conduct = conduct;
    this.#offended = offended;
  }

  override read(into: Arena, at: number, max: number): number {
    const conduct = this.#conduct;
    const count = this.inner.read(into, at, max);
    if (count <= 0) return count;
    if (conduct.fault !== undefined) return 0;
    conduct.fromVisitor.see(into.bytes, at, count);
    if (conduct.fault === undefined) return count;
    this.#offended(conduct.fault);
    return 0;
  }

  override write(from: Arena, at: number, length: number): number {
    const taken = this.inner.write(from, at, length);
    if (taken !== RESET) this.#conduct.toVisitor.see(from.bytes, at, taken);
    return taken;
  }
}
