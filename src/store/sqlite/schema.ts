/**
 * The tables, as the steps that lead to them. Only add steps: a database of any earlier version must find its way.
 * Refuses to know who reads the rows.
 */
import type { DatabaseSync } from 'node:sqlite';
import { TunnelError } from '../../contract/errors.ts';

/** Step n brings `user_version` from n to n + 1. Times are REAL: wall clocks may give fractions of milliseconds. */
const STEPS: readonly string[] = [
  `CREATE TABLE token (
     id TEXT PRIMARY KEY,
     account TEXT NOT NULL,
     public_key BLOB NOT NULL UNIQUE,
     names TEXT NOT NULL,
     port_from INTEGER,
     port_to INTEGER,
     created_at REAL NOT NULL,
     revoked_at REAL
   ) STRICT;
   CREATE TABLE holding (
     kind TEXT NOT NULL CHECK (kind IN ('name', 'port')),
     value TEXT NOT NULL,
     account TEXT NOT NULL,
     agent_key TEXT NOT NULL,
     target TEXT NOT NULL,
     created_at REAL NOT NULL,
     released_at REAL,
     PRIMARY KEY (kind, value)
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
];

export const SCHEMA_VERSION = STEPS.length;

/** Throws TunnelError TK-8003 for a database of a later version: an older program could only harm it. */
export function migrate(database: DatabaseSync): void {
  if (versionOf(database) === SCHEMA_VERSION) return;
  database.exec('BEGIN IMMEDIATE');
  try {
    // Asked again under the write lock: another process may have migrated meanwhile.
    const version = versionOf(database);
    if (version > SCHEMA_VERSION) {
      throw new TunnelError('TK-8003', `It is of version ${version}, and this program knows ${SCHEMA_VERSION}.`);
    }
    for (const step of STEPS.slice(version)) database.exec(step);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.user_version);
}
