// How much a counter grows a second, over the last few seconds. Pure; asked as often as one likes.

const WINDOW_MS = 5_000;
/** Between two marks: asking more often keeps no more of them. */
const MARK_MS = 500;

export class Rate {
  /** Times and the counter then, the oldest first. */
  readonly #marks: { readonly at: number; readonly count: number }[] = [];

  at(now: number, count: number): number {
    const last = this.#marks.at(-1);
    if (last === undefined || now - last.at >= MARK_MS) this.#marks.push({ at: now, count });
    while (this.#marks.length > 1 && now - this.#marks[1]!.at >= WINDOW_MS) this.#marks.shift();
    const first = this.#marks[0]!;
    // A second at least: what came at once was not faster than that.
    return (count - first.count) / (Math.max(1_000, now - first.at) / 1_000);
  }
}
