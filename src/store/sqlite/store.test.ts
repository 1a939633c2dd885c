import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limitValues } from '../../contract/limits.ts';
import { storeSuite, tokenRecord } from '../store.suite.ts';
import { SCHEMA_VERSION } from './schema.ts';
import { openStore } from './store.ts';

const limits = limitValues({ holdingQuarantineMs: 86_400_000 });
let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tk-store-'));
  file = join(directory, 'data', 'tunnelkit.db');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

storeSuite('SQLite', () => openStore(file, limits));

describe('openStore', () => {
  it('makes the database, its log and its directory for their owner alone', async () => {
    const store = await openStore(file, limits);
    await store.settings.set('a', 'b');
    const modes = readdirSync(join(directory, 'data')).map((name) => [
      name,
      statSync(join(directory, 'data', name)).mode & 0o777,
    ]);
    expect(Object.fromEntries(modes)).toEqual({
      'tunnelkit.db': 0o600,
      'tunnelkit.db-wal': 0o600,
      'tunnelkit.db-shm': 0o600,
    });
    expect(statSync(join(directory, 'data')).mode & 0o777).toBe(0o700);
    await store.close();
  });

  it('stores nothing of a token that admits anyone', async () => {
    const store = await openStore(file, limits);
    await store.tokens.create(tokenRecord());
    await store.close();
    const database = new DatabaseSync(file, { readOnly: true });
    const columns = database.prepare('SELECT name FROM pragma_table_info(?)').all('token');
    database.close();
    expect(columns.map(({ name }) => name).join()).toBe(
      'id,account,public_key,names,port_from,port_to,created_at,revoked_at',
    );
  });

  it('says TK-8003 for a file that is no database, and leaves it as it is', async () => {
    mkdirSync(join(directory, 'data'));
    writeFileSync(file, 'this is a letter, not a database. '.repeat(100));
    await expect(openStore(file, limits)).rejects.toMatchObject({ code: 'TK-8003' });
    expect(statSync(file).size).toBe(3_400);
  });

  it('says TK-8003 for a database that lost its end', async () => {
    const store = await openStore(file, limits);
    for (let n = 0; n < 500; n++) await store.settings.set(`key ${n}`, 'x'.repeat(100));
    await store.close();
    truncateSync(file, 16_384);
    await expect(openStore(file, limits)).rejects.toMatchObject({ code: 'TK-8003' });
  });

  it('says TK-8003 for a database of a later version, and does not touch it', async () => {
    await (await openStore(file, limits)).close();
    const later = new DatabaseSync(file);
    later.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    later.close();
    await expect(openStore(file, limits)).rejects.toMatchObject({
      code: 'TK-8003',
      seen: expect.stringContaining(`version ${SCHEMA_VERSION + 1}`),
    });
  });

  it('says TK-8001 where a file stands in the way of the directory', async () => {
    writeFileSync(join(directory, 'data'), '');
    await expect(openStore(file, limits)).rejects.toMatchObject({ code: 'TK-8001' });
  });

  it('says TK-8004 while another program holds the lock, and works when it lets go', async () => {
    const store = await openStore(file, limitValues({ storeLockMs: 50 }));
    const other = new DatabaseSync(file);
    other.exec('BEGIN EXCLUSIVE');
    await expect(store.settings.set('a', 'b')).rejects.toMatchObject({ code: 'TK-8004' });
    other.exec('ROLLBACK');
    await store.settings.set('a', 'b');
    other.close();
    await store.close();
  });

  it('asks again while another program writes to a database that has no log yet', async () => {
    mkdirSync(join(directory, 'data'));
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE other (a); BEGIN IMMEDIATE');
    const opening = openStore(file, limits);
    other.exec('COMMIT');
    await (await opening).close();
    other.close();
  });

  it('calls the use of a closed store a defect', async () => {
    const store = await openStore(file, limits);
    await store.close();
    await expect(store.settings.get('a')).rejects.toMatchObject({ code: 'TK-9001' });
  });
});
