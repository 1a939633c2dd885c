/**
 * The far end of a simulated pipe: sends keyed bytes, checks every byte it gets, half-closes, resets and reads slowly by chance.
 * The byte at (key, offset) is a function, so loss, doubling, reordering and mix-ups are all seen at the first wrong byte.
 */
import { type Arena, END, type Pipe, type PipeOwner, RESET } from '../contract/pipe.ts';
import type { VirtualClock } from '../pipe/memory/clock.ts';
import type { Random } from '../pipe/memory/random.ts';

const ARENA: Arena = { bytes: Buffer.alloc(8_192), size: 8_192 };

function keyedByte(key: number, offset: number): number {
  return Math.imul((offset + 1) ^ Math.imul(key, 0x85eb_ca6b), 0x9e37_79b1) >>> 24;
}

export interface ActorPlan {
  /** Names the bytes this end sends and those it must get. */
  readonly sends: number;
  readonly gets: number;
  readonly bytes: number;
  /** Resets once it has sent so many bytes; undefined: FIN behind the last byte. */
  readonly resetsAt: number | undefined;
  /** Resets once it has got so many bytes, also behind its own FIN; undefined: it reads to the end. */
  readonly abandonsAt: number | undefined;
  /** Chance, for each reading, of a pause up to `pauseMsMax`. */
  readonly pauseChance: number;
  readonly pauseMsMax: number;
  /** Reads nothing until the end of the run. */
  readonly stalls: boolean;
  readonly chunkMax: number;
}

export class Actor implements PipeOwner {
  readonly name: string;
  readonly plan: ActorPlan;
  sent = 0;
  got = 0;
  /** How this end ended its own direction, and how the other direction ended for it. */
  said: 'open' | 'fin' | 'reset' = 'open';
  saw: 'open' | 'fin' | 'reset' = 'open';
  /** It has said FIN, though it may have broken the rest off later. */
  finished = false;
  /** It broke the conversation itself. */
  broke = false;
  mismatch: string | undefined;
  readonly #pipe: Pipe;
  readonly #clock: VirtualClock;
  readonly #random: Random;
  #paused: boolean;

  constructor(name: string, pipe: Pipe, plan: ActorPlan, clock: VirtualClock, random: Random) {
    this.name = name;
    this.plan = plan;
    this.#pipe = pipe;
    this.#clock = clock;
    this.#random = random;
    this.#paused = plan.stalls;
    pipe.owner = this;
    this.#want();
  }

  /** Whoever paused for long reads on. */
  resume(): void {
    this.#paused = false;
    this.#want();
  }

  readable(): void {
    while (this.saw === 'open') {
      const read = this.#pipe.read(ARENA, 0, this.#random.between(1, this.plan.chunkMax));
      if (read === END) this.saw = 'fin';
      if (read === RESET) this.saw = 'reset';
      if (read <= 0) break;
      this.#check(read);
      if (this.got >= (this.plan.abandonsAt ?? Infinity)) {
        this.#reset();
        return;
      }
      if (!this.#random.chance(this.plan.pauseChance)) continue;
      this.#paused = true;
      this.#clock.after(this.#random.between(1, this.plan.pauseMsMax), () => this.resume());
      break;
    }
    this.#want();
    this.#closeIfDone();
  }

  writable(): void {
    while (this.said === 'open') {
      const stop = this.plan.resetsAt ?? this.plan.bytes;
      if (this.sent >= stop) {
        this.#endSaying();
        break;
      }
      const part = Math.min(stop - this.sent, this.#random.between(1, this.plan.chunkMax));
      for (let i = 0; i < part; i++) ARENA.bytes[i] = keyedByte(this.plan.sends, this.sent + i);
      const taken = this.#pipe.write(ARENA, 0, part);
      if (taken <= 0) break;
      this.sent += taken;
    }
    this.#want();
    this.#closeIfDone();
  }

  #endSaying(): void {
    if (this.plan.resetsAt === undefined) {
      this.said = 'fin';
      this.finished = true;
      this.#pipe.end();
    } else {
      this.#reset();
    }
  }

  #reset(): void {
    this.broke = true;
    this.said = 'reset';
    this.saw = 'reset';
    this.#pipe.reset();
  }

  #check(count: number): void {
    for (let i = 0; i < count; i++) {
      if (ARENA.bytes[i] !== keyedByte(this.plan.gets, this.got + i)) {
        this.mismatch ??= `${this.name}: wrong byte at ${this.got + i}`;
      }
    }
    this.got += count;
  }

  #want(): void {
    this.#pipe.want(!this.#paused && this.saw === 'open', this.said === 'open');
  }

  #closeIfDone(): void {
    if (this.saw === 'fin' && this.said === 'fin') this.#pipe.close();
  }
}
