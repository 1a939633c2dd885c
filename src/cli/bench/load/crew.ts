// The visitors of one order: all connect, all work, what they do after a settling time is counted, and all finish what they began.
import { setTimeout as pause } from 'node:timers/promises';
import { Histogram } from './histogram.ts';
import type { Answer, Timed } from './orders.ts';

/** For connecting, and for the last answers: a tunnel that needs longer has lost something. */
const PATIENCE_MS = 10_000;

export interface Member {
  readonly opened: Promise<void>;
  readonly closed: Promise<void>;
  begin(): void;
  destroy(): void;
}

export class Crew {
  /** False: finish what is under way, begin nothing new. */
  going = true;
  readonly #times = new Histogram();
  #amount = 0;
  #since = 0;
  readonly #failed = Promise.withResolvers<never>();

  constructor() {
    this.#failed.promise.catch(() => {});
  }

  readonly fail = (error: Error): void => {
    this.going = false;
    this.#failed.reject(error);
  };

  count(amount: number): void {
    this.#amount += amount;
  }

  time(ms: number): void {
    this.#times.add(ms * 1000);
  }

  async work(order: Timed, hire: (crew: Crew, index: number) => Member): Promise<Answer> {
    const members = Array.from({ length: order.visitors }, (_, index) => hire(this, index));
    try {
      await this.#all(members, (member) => member.opened, 'connect');
      for (const member of members) member.begin();
      await this.#unlessFailed(pause(order.settleMs));
      this.#restart();
      const answer = await this.#unlessFailed(this.#counted(order.seconds * 1000));
      this.going = false;
      await this.#all(members, (member) => member.closed, 'finish');
      return answer;
    } finally {
      for (const member of members) member.destroy();
    }
  }

  #restart(): void {
    this.#times.clear();
    this.#amount = 0;
    this.#since = performance.now();
  }

  /** What came in the time, or in as much more as it takes until something came. */
  async #counted(ms: number): Promise<Answer> {
    await pause(ms);
    while (this.#amount === 0 && this.#elapsedMs < ms + PATIENCE_MS) await pause(ms);
    if (this.#amount === 0) throw new Error(`nothing came in ${Math.round(this.#elapsedMs / 1000)} s`);
    return { amount: this.#amount, seconds: this.#elapsedMs / 1000, times: this.#times.sparse };
  }

  get #elapsedMs(): number {
    return performance.now() - this.#since;
  }

  #unlessFailed<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#failed.promise]);
  }

  async #all(members: readonly Member[], step: (member: Member) => Promise<void>, verb: string): Promise<void> {
    let left = members.length;
    const steps = members.map(async (member) => {
      await step(member);
      left -= 1;
    });
    const late = new AbortController();
    const timeout = pause(PATIENCE_MS, undefined, { signal: late.signal }).then(() => {
      throw new Error(`${left} of ${members.length} visitors did not ${verb} in ${PATIENCE_MS / 1000} s`);
    });
    timeout.catch(() => {});
    await this.#unlessFailed(Promise.race([Promise.all(steps), timeout])).finally(() => late.abort());
  }
}
