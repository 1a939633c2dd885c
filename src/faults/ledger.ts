import { illegalEndings } from './ending.ts';
import type { Direction, KeyedStreams } from './keyed-stream.ts';
import { Talk, type Way } from './talk.ts';

const KEPT_MAX = 50;

/** Milliseconds of `performance.now`. */
interface Kill {
  readonly who: string;
  readonly since: number;
  readonly until: number;
}

/** The book of all conversations of a run between real sockets; figures are final once `judge` was called for each. */
export class Ledger {
  bytes = 0;
  talks = 0;
  /** Directions that ended: with every byte, visibly broken, and clean but short because the kernel ended a killed process's connection. */
  readonly ends = { whole: 0, aborted: 0, byKernel: 0 };
  readonly mismatches: string[] = [];
  readonly illegal: string[] = [];
  readonly #streams: KeyedStreams;
  readonly #open = new Map<number, Talk>();
  readonly #raw = new Map<string, Talk>();
  readonly #kills: Kill[] = [];
  #told = { mismatches: 0, illegal: 0 };

  constructor(streams: KeyedStreams) {
    this.#streams = streams;
  }

  talk(protocol: string, up: number, down: number, once = true): Talk {
    this.talks += 1;
    const talk = new Talk(this.#streams, this.talks, protocol, up, down, once);
    this.#open.set(talk.id, talk);
    return talk;
  }

  /** The conversation that has arrived at the origin; undefined: nobody began it. */
  arrived(id: number): Talk | undefined {
    const talk = this.#open.get(id);
    if (talk) talk.arrivals += 1;
    return talk;
  }

  /** A conversation whose only end is FIN is over this port of the visitor, or to the origin: what a relay does to it is its own doing. */
  holds(side: 'visitor' | 'origin', port: number | undefined, talk: Talk): void {
    this.#raw.set(`${side} ${port}`, talk);
  }

  heldBy(side: 'visitor' | 'origin', port: number | undefined): Talk | undefined {
    return this.#raw.get(`${side} ${port}`);
  }

  /** What has gone wrong since the last call. */
  takeNews(): readonly string[] {
    const news = [...this.mismatches.slice(this.#told.mismatches), ...this.illegal.slice(this.#told.illegal)];
    this.#told = { mismatches: this.mismatches.length, illegal: this.illegal.length };
    return news;
  }

  /** The process that holds the reader's connection was killed, and is gone: the agent of a protocol for `up`, the gateway for `down`. */
  killed(who: string, since: number): void {
    this.#kills.push({ who, since, until: performance.now() });
  }

  /** Directions whose reader has not seen an end yet. */
  get unended(): readonly string[] {
    const ways = [...this.#open.values()].flatMap(({ up, down }) => [up, down]);
    return ways.filter(({ read, saw }) => read && saw === 'open').map(({ name }) => name);
  }

  /** Everything is over: whoever has not seen an end by now never will. */
  judge(): void {
    for (const talk of this.#open.values()) {
      this.#judge(talk, 'up');
      this.#judge(talk, 'down');
      if (talk.once && talk.arrivals > 1)
        this.#blame(`stream ${talk.id} (${talk.protocol}) came ${talk.arrivals} times`);
    }
    this.#open.clear();
    this.#raw.clear();
    this.#kills.length = 0;
  }

  #judge(talk: Talk, direction: Direction): void {
    const way = talk[direction];
    this.bytes += way.got;
    if (way.wrongAt !== undefined) this.mismatches.push(`${way.name} (${talk.protocol}): wrong byte at ${way.wrongAt}`);
    else if (way.contradicted) this.mismatches.push(`${way.name} (${talk.protocol}): SHA-256 differs`);
    if (!way.read) return;
    const faults = illegalEndings(way, way);
    if (faults.length === 0) this.ends[way.saw === 'fin' ? 'whole' : 'aborted'] += 1;
    else if (way.saw === 'fin' && way.got === way.cutAt) this.ends.aborted += 1;
    else if (this.#endedByKernel(talk, way, direction)) this.ends.byKernel += 1;
    else
      for (const fault of faults)
        this.#blame(`${talk.protocol}: ${fault}${way.cutAt === undefined ? '' : ` (cut at ${way.cutAt})`}`);
  }

  #endedByKernel(talk: Talk, way: Way, direction: Direction): boolean {
    const holder = direction === 'up' ? talk.protocol : 'gateway';
    const ended = ({ who, since, until }: Kill) => who === holder && talk.begun <= until && way.sawAt >= since;
    return talk.protocol === 'tcp' && way.saw === 'fin' && this.#kills.some(ended);
  }

  #blame(fault: string): void {
    if (this.illegal.length < KEPT_MAX) this.illegal.push(fault);
  }

  toString(): string {
    const { ends } = this;
    return `${(this.bytes / 1e9).toFixed(2)} GB in ${this.talks} conversations; endings: ${ends.whole} whole, ${ends.aborted} aborted, ${ends.byKernel} short TCP ones made by the kernel for a killed process; ${this.mismatches.length} mismatches, ${this.illegal.length} illegal endings`;
  }
}
