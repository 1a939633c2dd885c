// Byte-exact or visibly aborted: streams whose every byte follows from who sends it and where it stands, checked where they arrive.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';

export type Direction = 'up' | 'down';

/** A prime, so that no frame, chunk or arena that goes missing leaves the pattern where it was. */
const PERIOD = 65_521;
const PATTERN = randomBytes(PERIOD);
const TWICE = Buffer.concat([PATTERN, PATTERN]);

const startOf = (id: number, direction: Direction) => (id * 7_919 + (direction === 'up' ? 0 : 31_337)) % PERIOD;

/** The bytes of a stream from `at` on, at most `PERIOD` of them. */
function bytesAt(id: number, direction: Direction, at: number, length: number): Buffer {
  const from = (startOf(id, direction) + at) % PERIOD;
  return TWICE.subarray(from, from + Math.min(length, PERIOD));
}

export function keyedStream(id: number, direction: Direction, length: number): Readable {
  let at = 0;
  return new Readable({
    read() {
      const piece = bytesAt(id, direction, at, Math.min(length - at, 1 + ((id * 131 + at) % 40_000)));
      at += piece.length;
      this.push(piece.length === 0 ? null : piece);
    },
  });
}

/** One reader's view of one stream. */
class Reading {
  readonly id: number;
  readonly direction: Direction;
  readonly length: number;
  readonly #ledger: Ledger;
  readonly #begun = Date.now();
  #at = 0;
  #over = false;

  constructor(ledger: Ledger, id: number, direction: Direction, length: number) {
    this.#ledger = ledger;
    this.id = id;
    this.direction = direction;
    this.length = length;
  }

  take(chunk: Buffer): void {
    for (let from = 0; from < chunk.length; ) {
      const expected = bytesAt(this.id, this.direction, this.#at, chunk.length - from);
      if (!expected.equals(chunk.subarray(from, from + expected.length))) {
        this.#ledger.mismatches.push(`stream ${this.id} ${this.direction} near ${this.#at}`);
      }
      from += expected.length;
      this.#at += expected.length;
    }
    this.#ledger.bytes += chunk.length;
  }

  /** `clean`: the reader was told that this is all. */
  end(clean: boolean): void {
    if (this.#over) return;
    this.#over = true;
    if (!clean) this.#ledger.aborted += 1;
    else if (this.#at === this.length) this.#ledger.whole += 1;
    else if (this.#ledger.excuses(this.direction, this.#begun)) this.#ledger.excused += 1;
    else this.#ledger.illegal.push(`stream ${this.id} ${this.direction}: a clean end at ${this.#at} of ${this.length}`);
  }
}

export class Ledger {
  bytes = 0;
  whole = 0;
  aborted = 0;
  /** Clean ends on short TCP streams that the kernel made for a process that was killed: it sends FIN in its name. */
  excused = 0;
  readonly mismatches: string[] = [];
  readonly illegal: string[] = [];
  /** When the process that holds the reader's connection was killed last: the agent for `up`, the gateway for `down`. */
  readonly killedAt: Record<Direction, number> = { up: 0, down: 0 };

  reading(id: number, direction: Direction, length: number): Reading {
    return new Reading(this, id, direction, length);
  }

  excuses(direction: Direction, begun: number): boolean {
    return this.killedAt[direction] >= begun;
  }

  toString(): string {
    const { bytes, whole, aborted, excused, mismatches, illegal } = this;
    return `${(bytes / 1e6).toFixed(0)} MB; ends: ${whole} whole, ${aborted} aborted, ${excused} made by the kernel for the killed; ${mismatches.length} mismatches, ${illegal.length} illegal ends`;
  }
}
