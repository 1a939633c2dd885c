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

const SQLITE_BUSY = 5;

/**
 * Listens at `path` (mode 0600, in a directory made 0700) until the server closes. A socket that a dead process left is taken away.
 * Rejects with TunnelError: TK-4005 another process listens there, TK-8001 the socket cannot be made.
 */
export async function listenAtSocket(server: Server, path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const lock = takeLock(path);
    try {
      await removeSocket(path);
      server.listen(path);
      await once(server, 'listening');
      // Others cannot have come before this: the directory is closed to them.
      await chmod(path, 0o600);
    } catch (error) {
      lock.close();
      throw error;
    }
    server.once('close', () => lock.close());
  } catch (error) {
    if (error instanceof TunnelError) throw error;
    const { code, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
    throw new TunnelError('TK-8001', `${path}: ${errcode === undefined ? code : `SQLite ${errcode}`}.`, {
      cause: error,
    });
  }
}

/**
 * A lock that the kernel takes back when its holder dies, which Node offers only through SQLite's. Asking the old socket whether
 * anybody answers is not enough: between the answer and the removal another process may have come to life there.
 */
function takeLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(`${path}.lock`, { timeout: 0 });
  try {
    // In memory, since nothing is ever written: no further file lies about.
    lock.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return lock;
  } catch (error) {
    lock.close();
    const isHeld = (error as { errcode?: number }).errcode === SQLITE_BUSY;
    throw isHeld ? new TunnelError('TK-4005', `Another gateway listens at ${path}.`) : error;
  }
}

/** Only under the lock, so whoever made it is dead. Anything but a socket is left, for `listen` to stumble over. */
async function removeSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isSocket()) await unlink(path);
}
