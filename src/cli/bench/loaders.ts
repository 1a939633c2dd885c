// The load processes of a run: they share the visitors of an order, and their answers are added up. One that hangs is ended, and another started.
import { Histogram } from './load/histogram.ts';
import type { Answer, Order, Reply } from './load/orders.ts';
import { Part, type Place } from './part.ts';

/** Beyond the time an order takes: its own bounds for connecting and finishing are shorter. */
const PATIENCE_MS = 60_000;

export interface Tally {
  readonly amount: number;
  /** For each second, over all processes. */
  readonly rate: number;
  readonly times: Histogram;
}

/** Half of the processors at most: the other half is for what is measured. */
export function processesFor(cores: number): number {
  return Math.min(4, Math.max(1, Math.floor(cores / 2)));
}

export class Loaders {
  readonly #place: Place;
  readonly #count: number;
  readonly #parts: (Promise<Part> | undefined)[] = [];

  constructor(count: number, place: Place) {
    this.#count = count;
    this.#place = place;
  }

  /** Rejects with the first reason why a visitor was not served rightly. */
  async carryOut(order: Order): Promise<Tally> {
    // Idle visitors stay with the process that holds them, however many there are.
    const shares = share(order.visitors, order.kind === 'idle' ? 1 : this.#count);
    const asked = await Promise.allSettled(shares.map((visitors, index) => this.#ask(index, { ...order, visitors })));
    const answers = asked.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
    const times = new Histogram();
    for (const answer of answers) times.merge(answer.times);
    return {
      amount: answers.reduce((sum, { amount }) => sum + amount, 0),
      rate: answers.reduce((sum, { amount, seconds }) => sum + amount / seconds, 0),
      times,
    };
  }

  async #ask(index: number, order: Order): Promise<Answer> {
    this.#parts[index] ??= this.#start();
    const part = await this.#parts[index];
    const seconds = order.kind === 'idle' ? 0 : order.seconds;
    try {
      part.send(order);
      const reply = (await part.message(seconds * 1000 + PATIENCE_MS)) as Reply;
      if ('answer' in reply) return reply.answer;
      throw new Error(reply.error);
    } catch (error) {
      // Whatever it still holds open ends with it.
      this.#parts[index] = undefined;
      await part.stop();
      throw error;
    }
  }

  async #start(): Promise<Part> {
    const part = new Part('a load process', ['load'], this.#place);
    await part.message();
    return part;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#parts.map(async (part) => (await part)?.stop()));
  }
}

/** At most `processes` shares, none of them empty but for an order of nobody. */
function share(visitors: number, processes: number): readonly number[] {
  const count = Math.max(1, Math.min(visitors, processes));
  return Array.from({ length: count }, (_, index) => Math.floor((visitors + index) / count));
}
