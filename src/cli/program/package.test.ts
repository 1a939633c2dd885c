// The npm package on a machine that has only its own Node and npm: packed, installed from the archive, and run as `npx` runs it.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT, type Running, World } from './program.testkit.ts';
import { startSite } from './site.testkit.ts';
import { visit } from './visit.testkit.ts';

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  version: string;
  engines: { node: string };
};
/** Without the folders where npm put this project's own Node. */
const PATH = process.env.PATH!.split(delimiter).filter((folder) => !folder.endsWith('node_modules/.bin'));
/** What npm fetched to install this project need not be fetched again. */
const NPM = {
  PATH: PATH.join(delimiter),
  npm_config_cache: execFileSync('npm', ['config', 'get', 'cache'], { encoding: 'utf8' }).trim(),
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fund: 'false',
  npm_config_update_notifier: 'false',
};

/** In the folder where the package will be: `npx tunnelkit` runs this, and ends without waiting for what it runs. */
const world: World = new World('node_modules/.bin/tunnelkit');
afterAll(() => world.close());

const run = (command: string, ...args: readonly string[]): Running => world.start(command, command, args, NPM);

async function said(command: string, ...args: readonly string[]): Promise<string> {
  const running = run(command, ...args);
  expect(await running.exit, running.stderr).toBe(0);
  return running.stdout.trim();
}

const installed = () => readdirSync(world.path('node_modules')).filter((name) => !name.startsWith('.'));

describe('the npm package', () => {
  beforeAll(async () => {
    // Its script would build once more; `make test` has.
    const archive = await said('npm', 'pack', ROOT, '--ignore-scripts', '--silent');
    expect(readFileSync(join(ROOT, 'README.md'), 'utf8')).toContain(`\nnpm install --global ${archive} `);
    await said('npm', 'install', world.path(archive));
  });

  it('brings the Node it runs on, of one machine, and nothing else', async () => {
    const [own, ...others] = installed().toSorted((a, b) => Number(b === 'tunnelkit') - Number(a === 'tunnelkit'));
    expect([own, others]).toEqual([
      'tunnelkit',
      [expect.stringMatching(`^node-.*${process.platform}-${process.arch}$`)],
    ]);
    const [oldest] = /\d+/.exec(manifest.engines.node)!;
    const machines = (await said('node', '--version')).slice(1);
    expect(Number.parseInt(machines, 10)).toBeGreaterThanOrEqual(Number(oldest));
    console.log(
      `the package was installed and is run by npx with Node ${machines} and npm ${await said('npm', '--version')}`,
    );
  });

  it('is found by npx, says its version, and publishes a site', async () => {
    expect(await said('npx', 'tunnelkit', '--version')).toBe(manifest.version);
    const { port } = await startSite(world);
    const gateway = await world.serve([], NPM);
    const agent = await world.expose(port, [], NPM);
    expect((await visit(agent.url)).text).toContain('It works');
    for (const { running } of [agent, gateway]) expect(await running.stop()).toBe(0);
  });
});
