// Bugs that are planted on purpose: `make mutants` shows that each turns its suite red. Here one of them, and that all still fit.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const ROOT = join(dirname(import.meta.dirname), '..');
const FOLDER = join(ROOT, 'fixtures/mutants');

it('there are at least twenty planted bugs, and each fits the sources as they are', () => {
  const patches = readdirSync(FOLDER);
  expect(patches.length).toBeGreaterThanOrEqual(20);
  for (const patch of patches) execFileSync('git', ['apply', '--check', join(FOLDER, patch)], { cwd: ROOT });
});

it('a host in upper case that is another host turns its suite red', () => {
  const args = [join(ROOT, 'bin/mutants.js'), 'case-of-hosts'];
  expect(execFileSync(process.execPath, args, { encoding: 'utf8' })).toContain('1 of 1 planted bugs were noticed');
}, 120_000);
