// Connections that have yet to say whose they are, at one listener of any reactor: bounded in number, in time and, by the reader, in bytes.
import type { Clock, Timer } from '../contract/clock.ts';
import type { Introduction, IntroductionFault } from '../contract/introduction.ts';
import type { LimitName, Limits } from '../contract/limits.ts';
import type { HostPort } from '../contract/reactor.ts';

/** The beginning of one connection. */
export interface FirstBytes {
  /** 1 to `max` bytes, undefined for none so far; `end` once no more can come. Takes nothing beyond `max`. */
  take(max: number): Buffer | undefined | 'end';
  /** The other side sees an abort. */
  refuse(): void;
  /** The connection goes on, behind its introduction. Undefined: nobody was named. */
  introduced(visitor: HostPort | undefined): void;
}

export interface Bounds {
  readonly clock: Clock;
  readonly limits: Limits;
  readonly bound: (limit: LimitName) => void;
}

const LIMIT: Readonly<Partial<Record<IntroductionFault, LimitName>>> = {
  long: 'proxyHeaderBytes',
  late: 'proxyHeaderMs',
  crowd: 'proxyHeadersPending',
};

export class Introductions {
  readonly #introduction: Introduction;
  readonly #bounds: Bounds;
  #pending = 0;

  constructor(introduction: Introduction, bounds: Bounds) {
    this.#introduction = introduction;
    this.#bounds = bounds;
  }

  areDueFrom({ host }: HostPort): boolean {
    return this.#introduction.isDueFrom(host);
  }

  /** The stranger is to be told to look now, and whenever something comes. */
  begin(from: HostPort, bytes: FirstBytes): Stranger {
    const { clock, limits, bound } = this.#bounds;
    const timer = clock.after(limits.proxyHeaderMs, () => stranger.refuse('late'));
    this.#pending += 1;
    const stranger = new Stranger(this.#introduction, bytes, timer, (why) => {
      this.#pending -= 1;
      if (why === undefined) return;
      const limit = LIMIT[why];
      if (limit !== undefined) bound(limit);
      this.#introduction.refused(from, why);
    });
    if (this.#pending > limits.proxyHeadersPending) stranger.refuse('crowd');
    return stranger;
  }
}

/** One connection that has yet to say whose it is. */
export class Stranger {
  readonly #introduction: Introduction;
  readonly #first: FirstBytes;
  readonly #timer: Timer;
  readonly #ended: (why: IntroductionFault | undefined) => void;
  #bytes = Buffer.alloc(0);
  #over = false;

  constructor(
    introduction: Introduction,
    first: FirstBytes,
    timer: Timer,
    ended: (why: IntroductionFault | undefined) => void,
  ) {
    this.#introduction = introduction;
    this.#first = first;
    this.#timer = timer;
    this.#ended = ended;
  }

  /** Something has come, or its end. */
  look(): void {
    while (!this.#over) {
      const reading = this.#introduction.read(this.#bytes);
      if (reading.kind === 'whole') {
        this.#end(undefined);
        this.#first.introduced(reading.visitor);
      } else if (reading.kind === 'refused') {
        this.refuse(reading.why);
      } else {
        const more = this.#first.take(reading.bytes);
        if (more === undefined) return;
        if (more === 'end') this.refuse('cut');
        else this.#bytes = Buffer.concat([this.#bytes, more]);
      }
    }
  }

  refuse(why: IntroductionFault): void {
    if (this.#over) return;
    // Whoever only looks whether somebody listens has nothing to say.
    this.#end(why === 'cut' && this.#bytes.length === 0 ? undefined : why);
    this.#first.refuse();
  }

  #end(why: IntroductionFault | undefined): void {
    this.#over = true;
    this.#timer.cancel();
    this.#ended(why);
  }
}
