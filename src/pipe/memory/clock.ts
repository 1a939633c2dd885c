// Time that moves only when it is told to. Deterministic: equal deadlines fire in the order they were asked for.
import type { Clock, Timer } from '../../contract/clock.ts';

class Alarm implements Timer {
  readonly at: number;
  readonly order: number;
  fire: (() => void) | undefined;

  constructor(at: number, order: number, fire: () => void) {
    this.at = at;
    this.order = order;
    this.fire = fire;
  }

  cancel(): void {
    this.fire = undefined;
  }

  isBefore(other: Alarm): boolean {
    return this.at === other.at ? this.order < other.order : this.at < other.at;
  }
}

/** A clock for tests and the simulator. Exact to fractions of a millisecond, unlike the wheel. */
export class VirtualClock implements Clock {
  /** A binary heap: the children of `i` are `2i + 1` and `2i + 2`. */
  readonly #alarms: Alarm[] = [];
  readonly #wallStart: number;
  #now = 0;
  #order = 0;

  constructor(wallStart = 1_700_000_000_000) {
    this.#wallStart = wallStart;
  }

  now(): number {
    return this.#now;
  }

  wall(): number {
    return this.#wallStart + this.#now;
  }

  after(delayMs: number, fire: () => void): Timer {
    const alarm = new Alarm(this.#now + Math.max(0, delayMs), this.#order++, fire);
    this.#alarms.push(alarm);
    this.#rise(this.#alarms.length - 1);
    return alarm;
  }

  /** When the next timer is due, or infinity. */
  get nextAt(): number {
    while (this.#alarms[0]?.fire === undefined && this.#alarms.length > 0) this.#pop();
    return this.#alarms[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Fires the next timer if it is due by `untilMs` (on this clock); else moves time there. False: nothing was fired. */
  step(untilMs: number): boolean {
    if (this.nextAt > untilMs) {
      this.#now = Math.max(this.#now, untilMs);
      return false;
    }
    const alarm = this.#pop();
    this.#now = Math.max(this.#now, alarm.at);
    const { fire } = alarm;
    alarm.cancel();
    fire?.();
    return true;
  }

  /** Moves time on, firing what falls due on the way. With a reactor use the reactor's own `advance`. */
  advance(ms: number): void {
    const until = this.#now + ms;
    while (this.step(until));
  }

  #pop(): Alarm {
    const first = this.#alarms[0] as Alarm;
    const last = this.#alarms.pop() as Alarm;
    if (this.#alarms.length > 0) {
      this.#alarms[0] = last;
      this.#sink(0);
    }
    return first;
  }

  #rise(from: number): void {
    for (let at = from; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!this.#swapIfBefore(at, parent)) return;
      at = parent;
    }
  }

  #sink(from: number): void {
    for (let at = from; ; ) {
      const left = 2 * at + 1;
      const right = left + 1;
      const child = this.#isBefore(right, left) ? right : left;
      if (!this.#swapIfBefore(child, at)) return;
      at = child;
    }
  }

  #isBefore(a: number, b: number): boolean {
    const first = this.#alarms[a];
    const second = this.#alarms[b];
    return first !== undefined && second !== undefined && first.isBefore(second);
  }

  #swapIfBefore(a: number, b: number): boolean {
    if (!this.#isBefore(a, b)) return false;
    const held = this.#alarms[a] as Alarm;
    this.#alarms[a] = this.#alarms[b] as Alarm;
    this.#alarms[b] = held;
    return true;
  }
}
