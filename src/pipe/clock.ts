// Real time on one coarse timing wheel. Knows ticks and lists; refuses to know what the timers are for.
import type { Clock, Timer } from '../contract/clock.ts';
import { type Defect, throwOn } from '../contract/defect.ts';

/** Arming near timers traps to the hypervisor on virtual machines (about 5 µs a wake-up), so time comes in 100 ms. */
const TICK_MS = 100;
/** One round is 51.2 s, longer than nearly every timer of the program: few entries are visited before they are due. */
const SLOTS = 512;

/** A place in a slot's ring: an entry, or the slot's own head. */
class Place implements Timer {
  before: Place = this;
  after: Place = this;
  readonly tick: number;
  fire: (() => void) | undefined;

  constructor(tick: number, fire: (() => void) | undefined) {
    this.tick = tick;
    this.fire = fire;
  }

  join(head: Place): void {
    this.before = head.before;
    this.after = head;
    head.before.after = this;
    head.before = this;
  }

  leave(): void {
    this.before.after = this.after;
    this.after.before = this.before;
    this.before = this;
    this.after = this;
  }

  cancel(): void {
    this.fire = undefined;
    this.leave();
  }
}

export interface WheelOptions {
  /** True: timers that wait keep the process alive. By default they do not; sockets and listeners do. */
  readonly holdsProcess?: boolean;
  /** Told of what timers throw. */
  readonly defect?: Defect;
}

/** The only clock of a real process: one Node timer at most, armed for the nearest slot that holds anything. */
export class WheelClock implements Clock {
  readonly #slots: Place[] = Array.from({ length: SLOTS }, () => new Place(0, undefined));
  readonly #due = new Place(0, undefined);
  readonly #holdsProcess: boolean;
  readonly #defect: Defect;
  /** Every tick up to this one has been served. */
  #served: number;
  #armedTick = Number.POSITIVE_INFINITY;
  #armed: NodeJS.Timeout | undefined;

  constructor(options: WheelOptions = {}) {
    this.#holdsProcess = options.holdsProcess ?? false;
    this.#defect = options.defect ?? throwOn;
    this.#served = this.#tickNow();
  }

  now(): number {
    return performance.now();
  }

  wall(): number {
    return Date.now();
  }

  after(delayMs: number, fire: () => void): Timer {
    const tick = Math.max(Math.ceil((this.now() + delayMs) / TICK_MS), this.#served + 1);
    const place = new Place(tick, fire);
    place.join(this.#slot(tick));
    if (tick < this.#armedTick) this.#arm(tick);
    return place;
  }

  #slot(tick: number): Place {
    return this.#slots[tick % SLOTS] as Place;
  }

  #tickNow(): number {
    return Math.floor(this.now() / TICK_MS);
  }

  #arm(tick: number): void {
    clearTimeout(this.#armed);
    this.#armedTick = tick;
    // One more millisecond, since Node cuts fractions off and may come a little early.
    this.#armed = setTimeout(this.#serve, Math.max(1, tick * TICK_MS - this.now() + 1));
    if (!this.#holdsProcess) this.#armed.unref();
  }

  readonly #serve = (): void => {
    this.#armedTick = Number.POSITIVE_INFINITY;
    const now = this.#tickNow();
    // After a long sleep of the machine one round over all slots finds everything that is due.
    for (let tick = Math.max(this.#served + 1, now - SLOTS + 1); tick <= now; tick++) this.#collect(tick, now);
    this.#served = Math.max(this.#served, now);
    try {
      for (let place = this.#due.after; place !== this.#due; place = this.#due.after) {
        const { fire } = place;
        place.cancel();
        this.#fire(fire);
      }
    } finally {
      // Also when a timer threw: the others must not be lost.
      this.#armNext();
    }
  };

  #fire(fire: (() => void) | undefined): void {
    try {
      fire?.();
    } catch (error) {
      this.#defect(error);
    }
  }

  /** Moves a slot's due entries aside; those of later rounds stay. Cancelling works in either ring. */
  #collect(tick: number, now: number): void {
    const head = this.#slot(tick);
    for (let place = head.after; place !== head; ) {
      const next = place.after;
      if (place.tick <= now) {
        place.leave();
        place.join(this.#due);
      }
      place = next;
    }
  }

  #armNext(): void {
    if (this.#due.after !== this.#due) {
      this.#arm(this.#served + 1);
      return;
    }
    for (let tick = this.#served + 1; tick <= this.#served + SLOTS; tick++) {
      const head = this.#slot(tick);
      if (head.after === head) continue;
      if (tick < this.#armedTick) this.#arm(tick);
      return;
    }
  }
}
