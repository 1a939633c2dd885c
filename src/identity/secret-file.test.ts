import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readOrMake, replaceFile } from './secret-file.ts';

let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tk-secret-'));
  file = join(directory, 'secret');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe('a secret file', () => {
  it('keeps what came first, also for who was making another meanwhile', async () => {
    const late = await readOrMake(file, async () => {
      expect(await readOrMake(file, () => 'first')).toBe('first');
      return 'second';
    });
    expect(late).toBe('first');
    expect(readFileSync(file, 'utf8')).toBe('first');
    expect(readdirSync(directory)).toEqual(['secret']);
  });

  it('is not made when it is there', async () => {
    writeFileSync(file, '');
    expect(await readOrMake(file, () => Promise.reject(new Error('not asked')))).toBe('');
  });

  it('leaves nothing behind when it cannot be made', async () => {
    await expect(readOrMake(file, () => Promise.reject(new Error('no chance')))).rejects.toThrow('no chance');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('is replaced whole, for its owner alone, whoever could read it before', async () => {
    writeFileSync(file, 'old', { mode: 0o644 });
    await replaceFile(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(directory)).toEqual(['secret']);
  });
});
