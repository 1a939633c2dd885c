// How many new names an account may bring within an hour, so that one cannot use up what the authority grants to the whole domain.

const HOUR_MS = 3_600_000;

export class Quota {
  readonly #perHour: number;
  /** By account: when each of its last names came. */
  readonly #taken = new Map<string, number[]>();

  constructor(perHour: number) {
    this.#perHour = perHour;
  }

  /** Takes one: 0. Nothing is taken where none is left: the milliseconds until there is one. */
  take(account: string, now: number): number {
    const taken = (this.#taken.get(account) ?? []).filter((at) => now - at < HOUR_MS);
    if (taken.length >= this.#perHour) return taken[0]! + HOUR_MS - now;
    this.#taken.set(account, [...taken, now]);
    return 0;
  }

  /** Forgets accounts that have brought nothing for an hour. */
  sweep(now: number): void {
    for (const [account, taken] of this.#taken) if (now - taken.at(-1)! >= HOUR_MS) this.#taken.delete(account);
  }
}
