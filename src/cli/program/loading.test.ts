// What a command line loads is what it waits for: seen by a bundle of the same recipe whose modules say that they run.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { ROOT, World } from './program.testkit.ts';

const world = new World();
afterAll(() => world.close());

/** The modules that ran: `src/…`, `node_modules/…` and `node:…`. The exit status does not matter. */
async function loadedBy(...args: string[]): Promise<string[]> {
  const options = { cwd: ROOT, env: world.env };
  const { stdout } = await promisify(execFile)(process.execPath, ['bin/loaded.js', ...args], options);
  return stdout.trim().split('\n');
}

/** The libraries among them, by their packages' names. */
const libraries = (modules: readonly string[]) => [
  ...new Set(modules.flatMap((module) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(module)?.[1] ?? [])),
];

/** What only some runs of `serve` or `expose` need: a configuration file, a scrape, a directory, a proxy. */
const LATE = [
  '@peculiar/x509',
  'acme-client',
  'hono',
  'ora',
  'prom-client',
  'send',
  'smol-toml',
  'tar',
  'undici',
  'uqr',
  'ws',
  'yaml',
];

describe('a command line loads only what it needs', () => {
  it('--version: no library, no network, and of the commands only their table', async () => {
    const modules = await loadedBy('--version');
    // What a program writes is made visible first, and secrets are taken out of it, so that two pure files come along.
    const others = modules.filter((module) => /^src\/(?!cli\/|contract\/)/.test(module));
    expect(others).toEqual(['src/observe/redactor.ts', 'src/observe/visible.ts', 'src/main.ts']);
    expect(libraries(modules)).toEqual([]);
    expect(
      modules.filter((module) => /^node:(crypto|http2?|https|tls|sqlite|worker_threads|zlib)$/.test(module)),
    ).toEqual([]);
    expect(modules.length).toBeLessThan(80);
  });

  it('--help: no library either', async () => {
    expect(libraries(await loadedBy('--help'))).toEqual([]);
    expect(libraries(await loadedBy('serve', '--help'))).toEqual([]);
  });

  it('serve: nothing that only some gateways need', async () => {
    const loaded = libraries(await loadedBy('serve', '--print-limits'));
    expect(loaded).toContain('pino');
    expect(loaded.filter((name) => [...LATE, 'zod'].includes(name))).toEqual([]);
  });

  it('keeps its source at one byte a character: beyond ASCII, V8 takes two for all of it', () => {
    expect(readFileSync(join(ROOT, 'dist/tunnelkit.js')).findIndex((byte) => byte > 0x7f)).toBe(-1);
  });

  it('expose: nothing that only some agents need', async () => {
    const modules = await loadedBy('expose', '1', '--gateway', 'nowhere');
    expect(libraries(modules)).toContain('zod');
    expect(libraries(modules).filter((name) => LATE.includes(name))).toEqual([]);
    // The half of it that costs ten megabytes.
    expect(modules.filter((module) => module.includes('/zod/v4/classic/'))).toEqual([]);
  });
});
