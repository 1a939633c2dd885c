/** For tests: everything a thrown value or an object could show of itself, as one text to look for a secret in. */
import { inspect } from 'node:util';

export function everythingShown(value: unknown): string {
  const shown = [
    inspect(value, { depth: 10, showHidden: true, getters: false }),
    String(value),
    JSON.stringify(value) ?? '',
  ];
  if (value instanceof Error) shown.push(value.message, value.stack ?? '', everythingShown(value.cause));
  return shown.join('\n');
}

/** What `work` throws; fails when it does not throw. */
export function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
