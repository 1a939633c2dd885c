const EACH_MS = 60_000;

/** For what others can make happen as often as they like: true so many `times` a minute, by `now` in milliseconds, and false beyond. */
export function seldom(now: () => number, times: number): () => boolean {
  let end = Number.NEGATIVE_INFINITY;
  let left = 0;
  return () => {
    if (now() >= end) [end, left] = [now() + EACH_MS, times];
    left -= 1;
    return left >= 0;
  };
}
