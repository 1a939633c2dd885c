import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { closedTo, findAccount } from './account.ts';

it('a stranger reads a file when the file and every folder above it let them', async () => {
  const top = mkdtempSync(join(tmpdir(), 'account-'));
  onTestFinished(() => rmSync(top, { recursive: true }));
  const folder = join(top, 'folder');
  const file = join(folder, 'file');
  mkdirSync(folder);
  writeFileSync(file, '');
  for (const path of [top, folder, file]) chmodSync(path, 0o755);
  expect(await closedTo(file)).toBeUndefined();
  chmodSync(folder, 0o750);
  expect(await closedTo(file)).toBe(folder);
  chmodSync(file, 0o640);
  expect(await closedTo(file)).toBe(file);
});

it('an account is found by number and by name, and one that is not there is not', async () => {
  const { uid, username, homedir } = userInfo();
  expect(await findAccount(uid)).toMatchObject({ name: username, uid, home: homedir });
  expect(await findAccount(username)).toMatchObject({ uid });
  expect(await findAccount('nobody-is-called-so')).toBeUndefined();
});
