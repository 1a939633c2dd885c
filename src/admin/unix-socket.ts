/**
 * A server on a Unix socket, behind a lock: of all processes that want to listen there, one does.
 * Refuses to know what is served.
 */
import { once } from 'node:events';
import { chmod, lstat, mkdir, unlink } from 'node:fs/promises';
import type { Server } from 'node:net';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { TunnelError } from '../contract/errors.ts';

// Result codes of sqlite.org/rescode.html.
const SQLITE_BUSY = 5;
const OTHER = {
  todo: '`tunnelkit status` shows it. For a second one name another directory with --data-dir, and other ports.',
};
const SQLITE_FULL = 13;

/** A place that one process at a time may hold; the kernel takes it back when its holder dies. */
export interface HeldSocket {
  readonly path: string;
  /** Gives the place up; a second call does nothing. */
  release(): void;
}

/**
 * Holds the place of a socket before anybody listens there (its directory is made 0700): whoever holds it may touch what lies beside it.
 * Rejects with TunnelError: TK-4005 another process holds it, TK-8001 and TK-8002 the directory or the lock cannot be made.
 *
 * A lock is needed, and Node offers only SQLite's: asking the old socket whether anybody answers is not enough, because between
 * the answer and the removal another process may have come to life there.
 */
export async function holdSocket(path: string): Promise<HeldSocket> {
  return inCodes(path, async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
    const release = () => lock.isOpen && lock.close();
    try {
      // In memory, since nothing is ever written: no further file lies about.
      lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
      return { path, release };
    } catch (error) {
      release();
      const isHeld = (error as { errcode?: number }).errcode === SQLITE_BUSY;
      throw isHeld ? new TunnelError('TK-4005', `Another gateway listens at ${path}.`, OTHER) : error;
    }
  });
}

/**
 * Listens at the held place (mode 0600) until the server closes, which gives the place up. A socket that a dead process left is taken away.
 * Rejects with TunnelError TK-8001 when the socket cannot be made, and gives the place up too.
 */
export async function listenAtSocket(server: Server, held: HeldSocket): Promise<void> {
  const { path } = held;
  server.once('close', () => held.release());
  await inCodes(path, async () => {
    try {
      await removeSocket(path);
      server.listen(path);
      await once(server, 'listening');
      // Others cannot have come before this: the directory is closed to them.
      await chmod(path, 0o600);
    } catch (error) {
      held.release();
      throw error;
    }
  });
}

async function inCodes<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TunnelError) throw error;
    const { code, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
    const isFull = code === 'ENOSPC' || errcode === SQLITE_FULL;
    const seen = `${path}: ${errcode === undefined ? code : `SQLite ${errcode}`}.`;
    throw new TunnelError(isFull ? 'TK-8002' : 'TK-8001', seen, { cause: error });
  }
}

/** Only under the lock, so whoever made it is dead. Anything but a socket is left, for `listen` to stumble over. */
async function removeSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket()) await unlink(path);
}
