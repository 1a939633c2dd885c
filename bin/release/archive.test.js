// What is handed out, read by the tools of whoever gets it. A small file stands for the executable, which is only copied.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MANIFEST, ROOT } from '../bundle/bundle.js';
import { makeArchive, writeSums } from './archive.js';
import { releaseNotes } from './release-notes.js';
import { TARGETS } from './targets.js';

const folder = mkdtempSync(join(tmpdir(), 'tunnelkit-archive-'));
const archives = [];
const run = (command, ...args) => execFileSync(command, args, { cwd: folder, encoding: 'utf8' });
const pages = readdirSync(join(ROOT, 'man'));

beforeAll(async () => {
  const executable = join(folder, 'executable');
  writeFileSync(executable, 'stands for it', { mode: 0o755 });
  for (const name of ['linux-arm64', 'win-x64'])
    archives.push(await makeArchive(name, TARGETS[name], executable, folder));
  await writeSums(archives, folder);
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('an archive', () => {
  it('holds one folder, and in it the executable, the licences and the man pages', () => {
    for (const [archive, program] of [
      [archives[0], 'tunnelkit'],
      [archives[1], 'tunnelkit.exe'],
    ]) {
      const top = archive.replace('.tar.gz', '');
      const files = run('tar', '-tzf', archive)
        .trim()
        .split('\n')
        .filter((entry) => !entry.endsWith('/'));
      const beside = ['CHANGELOG.md', 'LICENSE', 'LICENSES.txt', 'README.md', ...pages.map((page) => `man/${page}`)];
      expect(files.toSorted()).toEqual([program, ...beside].map((file) => `${top}/${file}`).toSorted());
      expect(run('tar', '-tvzf', archive, `${top}/${program}`)).toMatch(/^-rwxr-xr-x/);
    }
  });

  it('passes on the licences of Node and of every library', () => {
    const top = archives[0].replace('.tar.gz', '');
    const texts = run('tar', '-xzOf', archives[0], `${top}/LICENSES.txt`);
    for (const owner of [/^Node\.js$/m, /^ws \d/m, /^zod \d/m, /OpenSSL/]) expect(texts).toMatch(owner);
  });

  it('is the same, byte for byte, when it is made again', async () => {
    const again = join(folder, 'again');
    mkdirSync(again);
    await makeArchive('win-x64', TARGETS['win-x64'], join(folder, 'executable'), again);
    run('cmp', archives[1], join(again, archives[1]));
  });

  it('is checked by sha256sum', () => {
    expect(run('sha256sum', '--check', '--strict', 'SHA256SUMS')).toBe(
      archives.map((name) => `${name}: OK\n`).join(''),
    );
  });
});

describe('the notes of the release', () => {
  it('name the version, what changed, and how a program is signed on macOS', async () => {
    const notes = await releaseNotes();
    expect(notes).toContain(`# TunnelKit ${MANIFEST.version}\n`);
    expect(notes).toContain('`tunnelkit serve`');
    expect(notes).toContain('codesign --sign - tunnelkit');
    expect(notes).not.toContain('VERSION');
  });
});
