/** Rows of names and ports, and the one statement that decides whose they are. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { Holding, Store } from '../../contract/store.ts';
import { guard } from './failure.ts';

interface HoldingRow {
  readonly kind: Holding['kind'];
  readonly value: string;
  readonly account: string;
  readonly agent_key: string;
  readonly target: string;
  readonly created_at: number;
  readonly released_at: number | null;
}

/**
 * Takes what is free, renews what is the account's own, takes over what another account released long enough ago, and leaves
 * everything else as it is. One statement, so that of two claims at once one is first.
 */
const CLAIM = `
  INSERT INTO holding VALUES ($kind, $value, $account, $agentKey, $target, $createdAt, NULL)
  ON CONFLICT (kind, value) DO UPDATE SET
    account = excluded.account, agent_key = excluded.agent_key, target = excluded.target, released_at = NULL,
    created_at = iif(account = excluded.account, created_at, excluded.created_at)
  WHERE account = excluded.account OR released_at <= excluded.created_at - $quarantineMs`;

export function holdingsOf(database: DatabaseSync, file: string, quarantineMs: number): Store['holdings'] {
  const all = database.prepare('SELECT * FROM holding ORDER BY created_at, kind, value');
  const one = database.prepare('SELECT * FROM holding WHERE kind = ? AND value = ?');
  const claim = database.prepare(CLAIM);
  const release = database.prepare(
    'UPDATE holding SET released_at = ? WHERE kind = ? AND value = ? AND released_at IS NULL',
  );
  const read = (kind: string, value: string) => {
    const row = one.get(kind, value) as HoldingRow | undefined;
    return row && holdingOf(row);
  };
  return {
    async list() {
      return (guard(file, () => all.all()) as unknown as HoldingRow[]).map(holdingOf);
    },
    async claim(wanted) {
      return guard(file, () => {
        const { kind, value } = wanted;
        const standing = read(kind, value);
        // An agent that comes back changes nothing, and five hundred of them must not cost five hundred fsyncs.
        if (standing && isSame(standing, wanted)) return standing;
        claim.run(parametersOf(wanted, quarantineMs));
        return read(kind, value)!;
      });
    },
    async release(kind, value, at) {
      return guard(file, () => release.run(at, kind, value)).changes === 1;
    },
  };
}

function isSame(standing: Holding, wanted: Holding): boolean {
  return (
    standing.account === wanted.account &&
    standing.agentKey === wanted.agentKey &&
    standing.target === wanted.target &&
    standing.releasedAt === undefined
  );
}

function parametersOf(holding: Holding, quarantineMs: number): Record<string, SQLInputValue> {
  const { kind, value, account, agentKey, target, createdAt } = holding;
  return { kind, value, account, agentKey, target, createdAt, quarantineMs };
}

function holdingOf(row: HoldingRow): Holding {
  return {
    kind: row.kind,
    value: row.value,
    account: row.account,
    agentKey: row.agent_key,
    target: row.target,
    createdAt: row.created_at,
    releasedAt: row.released_at ?? undefined,
  };
}
