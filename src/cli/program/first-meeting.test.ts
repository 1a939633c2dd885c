// An agent that meets a gateway without a pin keeps its key; a full disk costs the keeping, not the session.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Gateway, World } from './program.testkit.ts';
import { startSite } from './site.testkit.ts';
import { visit } from './visit.testkit.ts';

const world = new World();
let gateway: Gateway;
let port: string;
let args: readonly string[];

beforeAll(async () => {
  ({ port } = await startSite(world));
  gateway = await world.serve(['--insecure']);
  writeFileSync(world.path('token'), /token=([^&]+)/.exec(gateway.ready.join)![1]!, { mode: 0o600 });
  args = ['--gateway', gateway.ready.http, '--token-file', world.path('token'), '--insecure', '--transport', 'tcp'];
});
afterAll(() => world.close());

it('keeps the key of the gateway it meets for the first time', async () => {
  const { running, url } = await world.expose(port, args);
  expect((await visit(url)).status).toBe(200);
  expect(await running.stop()).toBe(0);
  const kept = JSON.parse(readFileSync(world.path('config/tunnelkit/gateways.json'), 'utf8'));
  expect(kept.pins[gateway.ready.http]).toBe(/pin=([^&]+)/.exec(gateway.ready.join)![1]);
});

it('goes on, and says so, where the key cannot be kept', async () => {
  const disk = world.makeFolder('disk');
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]);
  try {
    const env = { XDG_CONFIG_HOME: disk };
    expect(await world.tunnelkit(['login', gateway.ready.join], env).exit).toBe(0);
    rmSync(`${disk}/tunnelkit/gateways.json`);
    execFileSync('sh', ['-c', `dd if=/dev/zero of=${disk}/ballast bs=1k count=64 2>/dev/null || true`]);
    const { running, url } = await world.expose(port, args, env);
    await running.line(/could not be kept/);
    expect((await visit(url)).status).toBe(200);
    expect(await running.stop()).toBe(0);
  } finally {
    execFileSync('umount', [disk]);
  }
});
