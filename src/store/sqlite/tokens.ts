/** Rows of tokens. Holds public halves only: nothing here admits anyone. */
import type { DatabaseSync } from 'node:sqlite';
import type { Store, TokenRecord } from '../../contract/store.ts';
import { guard } from './failure.ts';

interface TokenRow {
  readonly id: string;
  readonly account: string;
  readonly public_key: Uint8Array;
  /** JSON: a list of globs. */
  readonly names: string;
  readonly port_from: number | null;
  readonly port_to: number | null;
  readonly created_at: number;
  readonly revoked_at: number | null;
}

export function tokensOf(database: DatabaseSync, file: string): Store['tokens'] {
  const insert = database.prepare('INSERT INTO token VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const byKey = database.prepare('SELECT * FROM token WHERE public_key = ?');
  const all = database.prepare('SELECT * FROM token ORDER BY created_at, id');
  const revoke = database.prepare('UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL');
  return {
    async create(record) {
      const [from, to] = record.ports ?? [null, null];
      const { id, account, publicKey, createdAt, revokedAt } = record;
      const names = JSON.stringify(record.names);
      guard(file, () => insert.run(id, account, publicKey, names, from, to, createdAt, revokedAt ?? null));
    },
    async byPublicKey(publicKey) {
      const row = guard(file, () => byKey.get(publicKey)) as TokenRow | undefined;
      return row && recordOf(row);
    },
    async list() {
      return (guard(file, () => all.all()) as unknown as TokenRow[]).map(recordOf);
    },
    async revoke(id, at) {
      return guard(file, () => revoke.run(at, id)).changes === 1;
    },
  };
}

function recordOf(row: TokenRow): TokenRecord {
  return {
    id: row.id,
    account: row.account,
    publicKey: Buffer.from(row.public_key),
    names: JSON.parse(row.names) as string[],
    ports: row.port_from === null || row.port_to === null ? undefined : [row.port_from, row.port_to],
    createdAt: row.created_at,
    revokedAt: row.revoked_at ?? undefined,
  };
}
