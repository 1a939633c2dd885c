// Two processes with one agent key: what they may take from each other, and what they may not.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, World } from './program.testkit.ts';
import { startSite } from './site.testkit.ts';
import { visit, visitUntil } from './visit.testkit.ts';

const world = new World();
let gateway: Gateway;
let port: string;
let otherPort: string;

beforeAll(async () => {
  [{ port }, { port: otherPort }] = await Promise.all([startSite(world), startSite(world)]);
  gateway = await world.serve();
});
afterAll(() => world.close());

describe('two processes of one user', () => {
  it('with different targets live side by side, and one may go', async () => {
    const [one, two] = await Promise.all([world.expose(port), world.expose(otherPort)]);
    expect(one.url.href).not.toBe(two.url.href);
    expect((await Promise.all([visit(one.url), visit(two.url)])).map(({ status }) => status)).toEqual([200, 200]);
    expect(await one.running.stop()).toBe(0);
    expect((await visit(two.url)).status).toBe(200);
    expect((await visit(one.url)).status).toBe(503);
    const again = await world.expose(port);
    expect(again.url.href).toBe(one.url.href);
    expect(await Promise.all([again, two].map(({ running }) => running.stop()))).toEqual([0, 0]);
  });

  it('with one name: the newer has it, the older exits 7', async () => {
    const older = await world.expose(port, ['--name', 'taken']);
    const newer = await world.expose(otherPort, ['--name', 'taken']);
    expect(await older.running.exit).toBe(7);
    expect(older.running.stderr).toContain('TK-1008');
    expect(older.running.events.at(-1)).toMatchObject({ type: 'error', code: 'TK-1008' });
    expect((await visit(newer.url)).status).toBe(200);
    await newer.running.stop();
  });

  it('that take a name from each other three times in a minute must both wait', async () => {
    // With a key of their own: takeovers are counted for each key.
    const env = { XDG_CONFIG_HOME: world.path('fighters') };
    const args = ['--gateway', gateway.ready.join, '--name', 'fought-for'];
    const fight = () => world.expose(port, args, env);
    const first = await fight();
    const second = await fight();
    expect(await first.running.exit).toBe(7);
    const third = await fight();
    expect(await second.running.exit).toBe(7);
    const fourth = world.tunnelkit(['expose', port, '--json', ...args], env);
    await gateway.running.line(/two agents with one key fight/);
    const waits = await Promise.all([third.running, fourth].map((agent) => agent.line(/trying again in (\d+\.\d) s/)));
    for (const [, seconds] of waits) expect(Number(seconds)).toBeGreaterThan(30);
    expect((await visit(third.url)).status).toBe(503);
    // Whoever comes meanwhile is told the same.
    const fifth = world.tunnelkit(['expose', port, '--json', ...args], env);
    await fifth.line(/trying again in \d\d/);
    await Promise.all([third.running, fourth, fifth].map((agent) => agent.stop('SIGKILL')));
  });
});

describe('an agent that is killed and started again', () => {
  it('has its name back at once', async () => {
    const env = { XDG_CONFIG_HOME: world.path('other') };
    const args = ['--gateway', gateway.ready.join, '--name', 'mine'];
    const killed = await world.expose(port, args, env);
    await killed.running.stop('SIGKILL');
    const began = Date.now();
    const again = await world.expose(port, args, env);
    await visitUntil(again.url, ({ status }) => status === 200);
    console.log(`the name answered ${Date.now() - began} ms after the start of the new process`);
    expect(again.url.href).toBe(killed.url.href);
    expect(Date.now() - began).toBeLessThan(10_000);
  });
});
