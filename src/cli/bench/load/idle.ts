// Visitors that stay and say nothing. Each is heard through once, so that all that a visitor costs is really there.
import { Line } from './line.ts';
import type { At } from './orders.ts';

const BUFFER_BYTES = 16;
/** Opened at once: within every listener's backlog. */
const TOGETHER = 64;
/** For one visitor to be heard through. */
const PATIENCE_MS = 10_000;

class IdleVisitor {
  readonly heardThrough: Promise<void>;
  readonly closed: Promise<void>;
  readonly #line: Line;

  constructor(at: At) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.heardThrough = promise;
    const ended = () => reject(new Error('an idle visitor was sent away'));
    this.#line = new Line(at, BUFFER_BYTES, { heard: () => resolve(), ended }, reject);
    this.#line.write(Buffer.from('i'));
    this.closed = this.#line.closed;
    const late = setTimeout(() => reject(new Error(`no byte came back in ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
    promise.catch(() => {}).finally(() => clearTimeout(late));
  }

  leave(): void {
    this.#line.destroy();
  }
}

export class IdleCrowd {
  #visitors: IdleVisitor[] = [];

  /** Resolves when there are exactly `count`. */
  async become(at: At, count: number): Promise<void> {
    const leaving = this.#visitors.splice(count);
    for (const visitor of leaving) visitor.leave();
    await Promise.all(leaving.map((visitor) => visitor.closed));
    while (this.#visitors.length < count) {
      const more = Math.min(TOGETHER, count - this.#visitors.length);
      const fresh = Array.from({ length: more }, () => new IdleVisitor(at));
      this.#visitors.push(...fresh);
      await Promise.all(fresh.map((visitor) => visitor.heardThrough));
    }
  }
}
