// `tunnelkit bench` as its user runs it, tiny: every scenario, both origins, and what is left when it is stopped or killed.
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { PROGRAM, type Running, World } from './program.testkit.ts';

interface Report {
  readonly surroundings: { readonly origin: string; readonly runs: number; readonly seconds: number };
  readonly figures: readonly {
    readonly id: string;
    readonly unit: string;
    readonly paths: readonly { readonly path: string; readonly samples: readonly number[] }[];
  }[];
  readonly failures: readonly object[];
}

const TINY = ['--runs', '1', '--seconds', '0.05'];

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

/** The folder of a run is made in this world. */
const bench = (...args: readonly string[]): Running =>
  world.tunnelkit(['bench', ...args], { TMPDIR: world.folder, CI: 'true' });

/** Every figure with its paths; each has one sample above zero. */
function pathsOf({ figures }: Report): Readonly<Record<string, string>> {
  for (const { id, paths } of figures)
    for (const { path, samples } of paths) {
      expect(samples, `${id} ${path}`).toHaveLength(1);
      expect(samples[0], `${id} ${path}`).toBeGreaterThan(0);
      expect(samples[0], `${id} ${path}`).toBeLessThan(1e7);
    }
  return Object.fromEntries(figures.map(({ id, paths }) => [id, paths.map(({ path }) => path).join(' ')]));
}

/** Processes of a run know its folder as their home. */
function processesOfRun(): readonly string[] {
  const home = `HOME=${world.folder}/tunnelkit-bench-`;
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/environ`, 'latin1').includes(home);
    } catch {
      return false;
    }
  });
}

const foldersOfRun = () => readdirSync(world.folder).filter((name) => name.startsWith('tunnelkit-bench-'));

describe('tunnelkit bench', () => {
  it('measures every scenario, directly and through both kinds of link, with nginx as origin', async () => {
    const [json, html, markdown] = ['r.json', 'r.html', 'r.md'].map((name) => world.path(name)) as [
      string,
      string,
      string,
    ];
    const run = bench(
      ...TINY,
      '--json',
      json,
      '--html',
      html,
      '--markdown',
      markdown,
      '--threshold',
      'http.c64.ratio>0.001',
    );
    expect(await run.exit, run.stderr).toBe(0);
    expect(run.stderr).toMatch(/^14 scenarios, 1 round: about \d+ s\n$/);
    const report = JSON.parse(readFileSync(json, 'utf8')) as Report;
    const all = 'direct tls plain';
    const requests = (id: string) => ({ [id]: all, [`${id}.p50`]: all, [`${id}.p99`]: all });
    expect(pathsOf(report)).toEqual({
      ...requests('http.c1'),
      ...requests('http.c16'),
      ...requests('http.c64'),
      ...requests('http.c256'),
      ...requests('host.c64'),
      connect: all,
      'bulk.down.c1': all,
      'bulk.down.c8': all,
      'bulk.up.c1': all,
      'bulk.up.c8': all,
      'beside.p99': all,
      pingpong: all,
      idle: 'tls plain',
      'startup.serve': 'tls',
      'startup.version': 'tls',
    });
    expect(report.failures).toEqual([]);
    expect(report.surroundings).toMatchObject({ origin: expect.stringMatching(/^nginx\/1\./), runs: 1, seconds: 0.05 });
    expect(run.stdout).toContain('bulk.up.c8');
    expect(readFileSync(html, 'utf8')).toContain('http.c64');
    expect(readFileSync(markdown, 'utf8')).toContain('`http.c64`');
    expect(foldersOfRun()).toEqual([]);
  });

  it('does without nginx, and fails when a threshold is missed', async () => {
    const chosen = ['http.c16', 'connect', 'bulk.down.c1', 'pingpong'];
    const run = bench(...chosen, ...TINY, '--origin', 'own', '--json', '-', '--threshold', 'http.c16.ratio>50');
    expect(await run.exit).toBe(99);
    expect(run.stderr).toContain('TK-5009');
    const report = JSON.parse(run.stdout) as Report;
    expect(Object.keys(pathsOf(report))).toEqual(['http.c16', 'http.c16.p50', 'http.c16.p99', ...chosen.slice(1)]);
    expect(report.surroundings.origin).toBe('own');
  });

  it('refuses what it cannot write before it measures anything', async () => {
    const run = bench('--html', world.path('missing', 'r.html'));
    expect(await run.exit).toBe(1);
    expect(run.stderr).toMatch(/^tunnelkit: TK-8005 /);
    expect(foldersOfRun()).toEqual([]);
  });

  it('names the folder for temporary files when it cannot be written', async () => {
    const missing = world.path('missing');
    const run = world.tunnelkit(['bench', 'startup', ...TINY], { TMPDIR: missing });
    expect(await run.exit).toBe(1);
    expect(run.stderr).toContain(`TK-8005 The file cannot be written.\n  seen: ${missing}: ENOENT.`);
  });

  it('shows what it measured, and keeps what it can, when the disk is full after all', async () => {
    const run = bench('startup', ...TINY, '--json', '/dev/full', '--html', world.path('r.html'));
    expect(await run.exit).toBe(1);
    expect(run.stdout).toMatch(/^startup\.version .* ms +\d/m);
    expect(run.stderr).toContain('TK-8002');
    expect(readFileSync(world.path('r.html'), 'utf8')).toContain('startup.version');
  });

  it('has room for titles on a terminal that does not know its width', async () => {
    const line = [PROGRAM, 'bench', 'startup', ...TINY, '--no-color'].join(' ');
    const run = world.start('script', 'script', ['-qec', line, '/dev/null']);
    expect(await run.exit).toBe(0);
    expect(run.stdout).toMatch(/^startup\.version +--version +ms +\d/m);
  });

  it('takes the link that a path is named after', async () => {
    const run = bench('http.c1', '--seconds', '60');
    const transportsOf = async (tunnel: string) => {
      const directory = world.path(foldersOfRun()[0] ?? 'none', tunnel, 'data');
      const status = world.tunnelkit(['status', '--json', '--data-dir', directory]);
      await status.exit;
      const { gateway } = status.events[0] as unknown as { gateway?: { sessions: { transport: string }[] } };
      return gateway?.sessions.map(({ transport }) => transport);
    };
    const patience = { timeout: 20_000, interval: 200 };
    await expect.poll(() => transportsOf('tls-1'), patience).toEqual(['tls']);
    await expect.poll(() => transportsOf('plain-2'), patience).toEqual(['tcp']);
    expect(await run.stop('SIGINT')).toBe(130);
  });

  it.each([
    ['SIGINT', 130],
    ['SIGKILL', 137],
  ] as const)('leaves no process and no file behind after %s', async (signal, status) => {
    const run = bench('http.c1', '--seconds', '60');
    // The run itself is none of them: origin, nginx, a load process, and at least a gateway and an agent.
    await expect.poll(() => processesOfRun().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(5);
    run.child.kill(signal);
    expect(await run.exit).toBe(status);
    await expect.poll(processesOfRun, { timeout: 10_000 }).toEqual([]);
    await expect.poll(foldersOfRun).toEqual([]);
  });
});
