/** Rows of settings: texts by key, some of them written once for ever. */
import type { DatabaseSync } from 'node:sqlite';
import type { Store } from '../../contract/store.ts';
import { guard } from './failure.ts';

export function settingsOf(database: DatabaseSync, file: string): Store['settings'] {
  const one = database.prepare('SELECT value FROM setting WHERE key = ?');
  const insert = database.prepare('INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO NOTHING');
  const put = database.prepare(
    'INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
  );
  const read = (key: string) => (one.get(key) as { value: string } | undefined)?.value;
  return {
    async get(key) {
      return guard(file, () => read(key));
    },
    async setOnce(key, value) {
      return guard(file, () => {
        const standing = read(key);
        if (standing !== undefined) return standing;
        insert.run(key, value);
        return read(key)!;
      });
    },
    async set(key, value) {
      guard(file, () => put.run(key, value));
    },
  };
}
