// Users of this machine, and what they may read. Asks the machine; decides nothing.
import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** By name or number; undefined: there is none. */
export async function findAccount(user: string | number): Promise<Account | undefined> {
  const found = await promisify(execFile)('getent', ['passwd', String(user)]).catch(() => undefined);
  const [name, , uid, gid, , home] = found?.stdout.trim().split(':') ?? [];
  return name && home ? { name, uid: Number(uid), gid: Number(gid), home } : undefined;
}

const OTHERS_READ = 0o004;
const OTHERS_ENTER = 0o001;

/** The first part of an absolute path that keeps a stranger from reading the file at its end; undefined: nothing does. */
export async function closedTo(path: string): Promise<string | undefined> {
  if (((await stat(path)).mode & OTHERS_READ) === 0) return path;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if (((await stat(folder)).mode & OTHERS_ENTER) === 0) return folder;
    if (folder === dirname(folder)) return undefined;
  }
}
