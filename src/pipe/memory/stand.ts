// Whoever listens at one place of the simulator, and how a dial meets it.
import { limitValues } from '../../contract/limits.ts';
import type { Arrival, DialTls, ListenOptions, ListenTls } from '../../contract/reactor.ts';
import { introduce } from '../introduced-pipe.ts';
import { Introductions } from '../introductions.ts';
import type { VirtualClock } from './clock.ts';
import type { MemoryPipe } from './pipe.ts';
import type { Random } from './random.ts';
import { handshake } from './tls.ts';

/** One dial that has got as far as the listener. */
export interface Call {
  readonly near: MemoryPipe;
  readonly far: MemoryPipe;
  readonly tls: DialTls | undefined;
  readonly preamble: Buffer;
}

export class Stand {
  readonly #tls: ListenTls | undefined;
  readonly #introductions: Introductions | undefined;
  readonly #onPipe: (arrival: Arrival) => void;

  constructor({ tls, introduction }: ListenOptions, clock: VirtualClock, onPipe: (arrival: Arrival) => void) {
    this.#tls = tls;
    this.#introductions =
      introduction && new Introductions(introduction, { clock, limits: limitValues(), bound: () => {} });
    this.#onPipe = onPipe;
  }

  receive(call: Call, ends: Omit<Arrival, 'pipe'>, random: Random): void {
    const coming = call.tls && this.#tls?.coming?.(call.tls.serverName);
    if (coming === undefined) this.#meet(call, ends, random);
    else void coming.then(() => this.#meet(call, ends, random));
  }

  #meet({ near, far, tls, preamble }: Call, ends: Omit<Arrival, 'pipe'>, random: Random): void {
    const secure = handshake(this.#tls, tls, random);
    if (secure === 'failed') {
      near.fail('tls');
      return;
    }
    far.connect(near, secure?.far);
    near.connect(far, secure?.near, preamble);
    const arrival = { pipe: far, ...ends };
    if (this.#introductions?.areDueFrom(ends.remote)) introduce(this.#introductions, arrival, this.#onPipe);
    else this.#onPipe(arrival);
  }
}
