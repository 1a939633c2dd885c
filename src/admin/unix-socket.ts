/**
 * A server on a Unix socket that is also the lock of its data directory: whoever listens there is the gateway.
 * Refuses to know what is served.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, link, mkdir, rename, unlink } from 'node:fs/promises';
import { connect, type Server } from 'node:net';
import { dirname } from 'node:path';
import { TunnelError } from '../contract/errors.ts';

/**
 * Listens at `path` (mode 0600, in a directory made 0700). A socket that a dead process left is taken away.
 * Rejects with TunnelError: TK-4005 another process listens there, TK-8001 the directory cannot be written.
 */
export async function listenAtSocket(server: Server, path: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    if (!(await bind(server, path))) {
      await takeAway(path);
      if (!(await bind(server, path))) throw inUse(path);
    }
    // Others cannot have come before this: the directory is closed to them.
    await chmod(path, 0o600);
  } catch (error) {
    if (error instanceof TunnelError) throw error;
    throw new TunnelError('TK-8001', `${path}: ${(error as NodeJS.ErrnoException).code}.`, { cause: error });
  }
}

/** False if something is at the path already. */
async function bind(server: Server, path: string): Promise<boolean> {
  try {
    server.listen(path);
    await once(server, 'listening');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return false;
    throw error;
  }
}

/**
 * Removes a socket nobody listens at. It is moved aside before it is asked: between asking and removing at its own place
 * another process might have bound it, and would be left without its name.
 */
async function takeAway(path: string): Promise<void> {
  if (await answers(path)) throw inUse(path);
  const aside = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  try {
    if (await answers(aside)) {
      await link(aside, path);
      throw inUse(path);
    }
  } finally {
    await unlink(aside);
  }
}

/** Whether a process listens there. Anything but a clear no is a yes: it is better not to start than to take a name away. */
async function answers(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch (error) {
    return !['ECONNREFUSED', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '');
  } finally {
    socket.destroy();
  }
}

function inUse(path: string): TunnelError {
  return new TunnelError('TK-4005', `Another gateway listens at ${path}.`);
}
