// Strings from a machine or a file, made harmless once for every output: one line, no control characters, of a bounded length.
import { visible } from '../../../observe/visible.ts';

/** Longer than any name of a CPU; an error in words may be cut. */
const CHARACTERS_MAX = 500;

function tameText(text: string): string {
  const shown = visible(text);
  return shown.length > CHARACTERS_MAX ? `${shown.slice(0, CHARACTERS_MAX)}…` : shown;
}

/** The same value with every string in it tamed. */
export function tame<Value>(value: Value): Value {
  if (typeof value === 'string') return tameText(value) as Value;
  if (Array.isArray(value)) return value.map(tame) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, tame(inner)])) as Value;
}
