/**
 * The store in one SQLite file. Knows how the file is opened so that nothing acknowledged is lost, and wires the tables;
 * refuses to know what tokens and names are for.
 *
 * Calls run on the calling thread: a committed write costs one fsync, and there is one per new token or name, not per visit.
 */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { TunnelError } from '../../contract/errors.ts';
import type { Limits } from '../../contract/limits.ts';
import type { Store } from '../../contract/store.ts';
import { failureOf, guard, isBusy } from './failure.ts';
import { holdingsOf } from './holdings.ts';
import { migrate } from './schema.ts';
import { settingsOf } from './settings.ts';
import { tokensOf } from './tokens.ts';

export type StoreLimits = Pick<Limits, 'holdingQuarantineMs' | 'storeLockMs'>;

/**
 * Opens or makes the database (mode 0600), with the directories before it.
 * Rejects with TunnelError: TK-8001 unwritable, TK-8002 disk full, TK-8003 corrupt or of a later version, TK-8004 locked.
 */
export async function openStore(file: string, limits: StoreLimits): Promise<Store> {
  guard(file, () => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // SQLite would make the file with the umask's rights, and gives its log the rights of the file it finds.
    closeSync(openSync(file, 'a', 0o600));
  });
  const database = await openDatabase(file, limits.storeLockMs);
  return {
    tokens: tokensOf(database, file),
    holdings: holdingsOf(database, file, limits.holdingQuarantineMs),
    settings: settingsOf(database, file),
    async close() {
      if (database.isOpen) guard(file, () => database.close());
    },
  };
}

/** SQLite does not wait while the journal's mode is changed, so processes that start together must ask again by themselves. */
async function openDatabase(file: string, lockMs: number): Promise<DatabaseSync> {
  const deadline = performance.now() + lockMs;
  for (;;) {
    try {
      return openOnce(file, lockMs);
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw failureOf(file, error);
      await sleep(10 + Math.random() * 40);
    }
  }
}

function openOnce(file: string, lockMs: number): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: lockMs });
  try {
    // FULL: in WAL mode NORMAL would let a power cut take back the last commits.
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    const { quick_check: found } = database.prepare('PRAGMA quick_check(1)').get() as { quick_check: string };
    if (found !== 'ok') throw new TunnelError('TK-8003', `${file}: ${found}.`);
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}
