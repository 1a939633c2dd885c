import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { archiveOf } from './archive.ts';
import { bounded } from './bundle.ts';

it.each([0, 1, 511, 512, 513, 100_000])('a file of %i bytes comes out of the archive as it went in', (bytes) => {
  const folder = mkdtempSync(join(tmpdir(), 'tunnelkit-archive-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'a.tar.gz');
  const text = 'x'.repeat(bytes);
  const made = new Date('2026-01-02T03:04:05Z');
  const files = new Map([
    ['one.txt', text],
    ['zwei.txt', 'grün …'],
  ]);
  writeFileSync(file, archiveOf(files, 'folder', made));
  const tar = (...args: string[]) =>
    execFileSync('tar', [...args, '-f', file], { encoding: 'utf8', env: { TZ: 'UTC' } });
  expect(tar('-x', '-O', 'folder/one.txt')).toBe(text);
  expect(tar('-x', '-O', 'folder/zwei.txt')).toBe('grün …');
  expect(tar('-t', '-v', '--full-time')).toMatch(/^-rw------- .* 2026-01-02 03:04:05 folder\/one\.txt$/m);
});

it('what is too long keeps its beginning, or as a log its end, and says how much is left out', () => {
  const text = `begin${'x'.repeat(1_000_000)}end`;
  expect(bounded(text, false)).toMatch(/^beginx+\n\(8 characters are left out\)$/);
  expect(bounded(text, true)).toMatch(/^\(8 characters are left out\)\nx+end$/);
  expect(bounded('short', true)).toBe('short');
});
