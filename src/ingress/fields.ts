import type { Fields } from '../contract/message.ts';

/** Reading and rewriting a head's fields by name. `name` is always lower-case here; knows nothing of what fields mean. */

/** Every value of a list field in order, split at commas outside quotes, without the empty ones (RFC 9110 §5.6.1). */
export function listOf(fields: Fields, name: string): string[] {
  const items: string[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]?.toLowerCase() !== name) continue;
    for (const item of (fields[i + 1] ?? '').match(/(?:"(?:\\.|[^"\\])*"|[^,"]|")+/g) ?? []) {
      if (item.trim() !== '') items.push(item.trim());
    }
  }
  return items;
}

/** The value of a field that stands there exactly once; undefined where it is missing or repeated. */
export function onlyValue(fields: Fields, name: string): string | undefined {
  let found: string | undefined;
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]?.toLowerCase() !== name) continue;
    if (found !== undefined) return undefined;
    found = fields[i + 1];
  }
  return found;
}
