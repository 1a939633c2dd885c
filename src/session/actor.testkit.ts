/**
 * The far end of a simulated pipe: sends keyed bytes, checks every byte it gets, half-closes, resets and reads slowly by chance.
 */
import { type Arena, END, type Pipe, type PipeOwner, RESET } from '../contract/pipe.ts';
import { type Direction, KeyedStreams } from '../faults/keyed-stream.ts';
import type { VirtualClock } from '../pipe/memory/clock.ts';
import type { Random } from '../pipe/memory/random.ts';

/** The same bytes in every run: what differs between seeds is what happens to them. */
const STREAMS = new KeyedStreams(1);
const ARENA: Arena = { bytes: Buffer.alloc(8_192), size: 8_192 };

export interface ActorPlan {
  /** Names the bytes this end sends and those it must get: of this stream, the first in this direction. */
  readonly stream: number;
  readonly sends: Direction;
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
      const bytes = STREAMS.bytes(this.plan.stream, this.plan.sends, this.sent, part);
      ARENA.bytes.set(bytes);
      const taken = this.#pipe.write(ARENA, 0, bytes.length);
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
    const gets = this.plan.sends === 'up' ? 'down' : 'up';
    const wrong = STREAMS.mismatch(this.plan.stream, gets, this.got, ARENA.bytes.subarray(0, count));
    if (wrong !== undefined) this.mismatch ??= `${this.name}: wrong byte at ${wrong}`;
    this.got += count;
  }

  #want(): void {
    this.#pipe.want(!this.#paused && this.saw === 'open', this.said === 'open');
  }

  #closeIfDone(): void {
    if (this.saw === 'fin' && this.said === 'fin') this.#pipe.close();
  }
}
