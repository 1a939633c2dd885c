// What is made once is made once, whatever starts in parallel.
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { holdSocket } from '../../admin/unix-socket.ts';
import { type Running, World } from './program.testkit.ts';

const AT_ONCE = 8;
const world = new World();
afterAll(() => world.close());

const data = (file: string) => world.path('data/tunnelkit', file);
const listen = ['--http', '127.0.0.1:0', '--https', '127.0.0.1:0', '--admin', '127.0.0.1:0'];

it('of eight gateways started at once with one new data directory one runs, and the others exit 7', async () => {
  const started = Array.from({ length: AT_ONCE }, () => world.tunnelkit(['serve', '--json', ...listen]));
  const fate = (running: Running) =>
    running.event('ready').then(
      () => 'runs',
      () => running.exit,
    );
  const fates = await Promise.all(started.map(fate));
  expect(fates.toSorted()).toEqual([...Array(AT_ONCE - 1).fill(7), 'runs']);
  for (const [at, running] of started.entries()) if (fates[at] === 7) expect(running.stderr).toContain('TK-4005');

  const winner = started[fates.indexOf('runs')]!;
  const join = String(winner.events[0]!.join);
  expect(readFileSync(data('join-link'), 'utf8').trim()).toBe(join);
  for (const secret of ['join-link', 'local-link', 'first-token', 'identity.key']) {
    expect([secret, statSync(data(secret)).mode & 0o777]).toEqual([secret, 0o600]);
  }
  const tokens = world.tunnelkit(['token', 'list', '--json']);
  expect(await tokens.exit).toBe(0);
  expect(tokens.events).toHaveLength(1);
  // The link's token and pin are those of the gateway that runs.
  const agent = await world.expose('1', ['--gateway', join]);
  await agent.running.stop();
  expect(await winner.stop()).toBe(0);

  const again = await world.serve();
  const secrets = (link: string) => new URL(link).search;
  expect(secrets(again.ready.join)).toBe(secrets(join));
});

it('a gateway that finds the directory held makes nothing in it', async () => {
  const directory = world.path('held');
  const held = await holdSocket(world.path('held', 'admin.sock'));
  const refused = world.tunnelkit(['serve', '--json', '--data-dir', directory, ...listen]);
  expect(await refused.exit).toBe(7);
  held.release();
  expect(readdirSync(directory)).toEqual(['admin.sock.lock']);
});
