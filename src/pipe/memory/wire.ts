// A hostile wire between two memory pipes: it splits, delays, stalls and cuts, all by one seed and the virtual clock.
import type { VirtualClock } from './clock.ts';
import { type MemoryPipe, RST, type Wire } from './pipe.ts';
import type { Random } from './random.ts';

/** What goes wrong by chance. Everything 0 is a plain wire; chances are from 0 to 1, a parcel each. */
export interface Faults {
  /** Bytes that one read or write moves at most; 0: no splitting. */
  readonly splitBytesMax: number;
  readonly delayMsMax: number;
  readonly stallChance: number;
  readonly stallMsMax: number;
  readonly cutChance: number;
  /** A reset overtakes the bytes before it, which are lost; else it comes after them. */
  readonly overtakeChance: number;
}

/** Parcels that wait for their time count as under way, unless the wire itself stands still. */
export interface Traffic {
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly faults: Faults;
  /** +1 when something sets out and -1 when it arrives. */
  underWay(change: number): void;
}

/** What sets out to one end, in order, and the earliest time the next may arrive. */
class Queue {
  readonly arrivals: (() => void)[] = [];
  lastAt = 0;
  /** Arrivals whose time came while the wire stood still. */
  owed = 0;
}

export class HostileWire implements Wire {
  /** The near and the far end, once they are made. */
  ends: readonly MemoryPipe[] = [];
  readonly #traffic: Traffic;
  readonly #queues = new Map<MemoryPipe, Queue>();
  #standsStillUntil = 0;
  #severed = false;

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  portion(possible: number): number {
    const { faults, random } = this.#traffic;
    if (faults.splitBytesMax === 0) return possible;
    return Math.min(possible, random.between(1, faults.splitBytesMax));
  }

  carry(to: MemoryPipe, parcel: number): void {
    const { faults, random } = this.#traffic;
    if (random.chance(faults.cutChance)) this.cut();
    if (random.chance(faults.stallChance)) this.stall(random.between(1, faults.stallMsMax));
    const overtakes = parcel === RST && random.chance(faults.overtakeChance);
    if (overtakes) this.#queueTo(to).arrivals.length = 0;
    this.send(to, () => to.arrive(parcel));
  }

  /** Calls `arrive` when what was sent to this end before has arrived, and not sooner than the wire allows. */
  send(to: MemoryPipe, arrive: () => void): void {
    const { clock, faults, random } = this.#traffic;
    const queue = this.#queueTo(to);
    const now = clock.now();
    queue.arrivals.push(arrive);
    queue.lastAt = Math.max(queue.lastAt, now + random.next() * faults.delayMsMax);
    this.#traffic.underWay(1);
    clock.after(queue.lastAt - now, () => {
      this.#traffic.underWay(-1);
      if (this.#stalled) queue.owed++;
      else this.#deliver(queue);
    });
  }

  /** Both ends break, each as if the other had reset. */
  cut(): void {
    this.#severed = true;
    for (const end of this.ends) end.fail('reset');
  }

  /** Nothing arrives for `ms`; infinity is a black hole. */
  stall(ms: number): void {
    const { clock } = this.#traffic;
    this.#standsStillUntil = Math.max(this.#standsStillUntil, clock.now() + ms);
    if (Number.isFinite(this.#standsStillUntil)) clock.after(ms, () => this.#goOn());
  }

  get #stalled(): boolean {
    return this.#standsStillUntil > this.#traffic.clock.now();
  }

  #queueTo(to: MemoryPipe): Queue {
    let queue = this.#queues.get(to);
    if (queue === undefined) {
      queue = new Queue();
      this.#queues.set(to, queue);
    }
    return queue;
  }

  #goOn(): void {
    if (this.#stalled) return;
    for (const queue of this.#queues.values()) {
      for (; queue.owed > 0; queue.owed--) this.#deliver(queue);
    }
  }

  #deliver(queue: Queue): void {
    const arrive = queue.arrivals.shift();
    if (!this.#severed) arrive?.();
  }
}
