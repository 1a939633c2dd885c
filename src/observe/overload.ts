/**
 * Whether the process has enough memory and time for more work. Looks now and then, and tells of each change once.
 * Knows figures and bounds; what is refused or sent away is for others to decide.
 */
import type { Clock, Timer } from '../contract/clock.ts';
import type { LimitName, Limits } from '../contract/limits.ts';
import type { Vitals } from './vitals.ts';

/** `short`: no new streams. `scarce`: nobody new, and who is idle goes. */
export type Memory = 'enough' | 'short' | 'scarce';

export interface Overload {
  readonly memory: Memory;
  /** Turns take so long that no new handshakes are begun. */
  readonly late: boolean;
}

export interface OverloadEvents {
  /** Memory or lateness is another than before. */
  changed(now: Overload, before: Overload): void;
  /** Memory is scarce, and nothing more can be given back. */
  shed(): unknown;
}

/** Giving back stops everything for a moment: not more often than this. */
const GIVE_BACK_MS: Readonly<Record<Memory, number>> = {
  enough: Number.POSITIVE_INFINITY,
  short: 5_000,
  scarce: 1_000,
};
/** One slow turn is no overload: code is loaded, garbage collected. */
const LATE_LOOKS = 2;
const RANK: Readonly<Record<Memory, number>> = { enough: 0, short: 1, scarce: 2 };

export class OverloadWatch implements Overload {
  memory: Memory = 'enough';
  late = false;
  readonly #vitals: Vitals;
  readonly #clock: Clock;
  readonly #limits: Limits;
  readonly #events: OverloadEvents;
  #gaveBackAt = Number.NEGATIVE_INFINITY;
  /** Of looks in a row. */
  #lateLooks = 0;
  #lateAt = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(vitals: Vitals, clock: Clock, limits: Limits, events: OverloadEvents) {
    this.#vitals = vitals;
    this.#clock = clock;
    this.#limits = limits;
    this.#events = events;
  }

  /** The bound for which no handshake is begun: each costs a millisecond and 30 KiB. */
  get refusesHandshakes(): LimitName | undefined {
    if (this.memory === 'scarce') return 'memoryScarcePercent';
    return this.late ? 'turnLateMs' : undefined;
  }

  /** What was before counts for nothing: a program that starts is late. */
  start(): void {
    this.#vitals.turnLateMs();
    this.#await();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #await(): void {
    this.#timer = this.#clock.after(this.#limits.overloadLookMs, () => {
      this.#look();
      this.#await();
    });
  }

  #look(): void {
    const before: Overload = { memory: this.memory, late: this.late };
    this.late = this.#isLate();
    this.memory = this.#rate(this.#vitals.percent());
    const sure = this.#makeSure();
    if (this.memory !== before.memory || this.late !== before.late) this.#events.changed(this, before);
    if (this.memory === 'scarce' && sure) this.#events.shed();
  }

  #isLate(): boolean {
    const { turnLateMs, turnCalmMs } = this.#limits;
    const now = this.#clock.now();
    this.#lateLooks = this.#vitals.turnLateMs() > turnLateMs ? this.#lateLooks + 1 : 0;
    if (this.#lateLooks >= LATE_LOOKS) this.#lateAt = now;
    return now - this.#lateAt < turnCalmMs;
  }

  /** Much of what is used may be held by nobody. */
  #makeSure(): boolean {
    const now = this.#clock.now();
    if (now - this.#gaveBackAt < GIVE_BACK_MS[this.memory]) return false;
    this.#gaveBackAt = now;
    this.#vitals.giveBack();
    this.memory = this.#rate(this.#vitals.percent());
    return true;
  }

  /** What was reached is left only well below its bound. */
  #rate(percent: number): Memory {
    const { memoryShortPercent, memoryScarcePercent, memoryReliefPercent } = this.#limits;
    const reached = (memory: Memory, bound: number) =>
      percent >= bound - (RANK[this.memory] >= RANK[memory] ? memoryReliefPercent : 0);
    if (reached('scarce', memoryScarcePercent)) return 'scarce';
    return reached('short', memoryShortPercent) ? 'short' : 'enough';
  }
}
