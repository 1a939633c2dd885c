// The unit as a file: whose it is, and how it comes and goes. Others' files are never touched.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TunnelError } from '../../contract/errors.ts';
import type { Environment } from '../command.ts';
import { configHome } from '../places.ts';
import { MARK, type Role, type Scope, unitName } from './unit.ts';

const SYSTEM_UNITS = '/etc/systemd/system';

export const unitPath = (role: Role, scope: Scope, env: Environment): string =>
  join(scope === 'system' ? SYSTEM_UNITS : join(configHome(env), 'systemd/user'), unitName(role));

/** The text of our unit; undefined where there is none. Throws TK-5015 for somebody else's, TK-5014 where it may not be read. */
export async function readUnit(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw refused(path, error);
  });
  if (text !== undefined && !text.startsWith(MARK)) throw new TunnelError('TK-5015', `${path}.`);
  return text;
}

/** Puts it there whole. False: it stood there already. */
export async function writeUnit(path: string, text: string): Promise<boolean> {
  if ((await readUnit(path)) === text) return false;
  // Not a name that systemd would read.
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, text, { flag: 'wx', mode: 0o644 });
    await rename(draft, path);
  } catch (error) {
    await unlink(draft).catch(() => {});
    throw refused(path, error as NodeJS.ErrnoException);
  }
  return true;
}

export async function removeUnit(path: string): Promise<void> {
  await unlink(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw refused(path, error);
  });
}

const refused = (path: string, error: NodeJS.ErrnoException) =>
  new TunnelError(error.code === 'ENOSPC' ? 'TK-8002' : 'TK-5014', `${path}: ${error.code}.`, { cause: error });
