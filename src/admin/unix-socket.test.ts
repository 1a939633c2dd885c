import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { World } from './admin.testkit.ts';
import { askGateway } from './client.ts';
import { holdSocket, listenAtSocket } from './unix-socket.ts';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.stop());

/** Another process listens at the path, or holds its lock; after `meanwhile` it dies by kill -9 and leaves everything behind. */
async function holdAndDie(path: string, meanwhile?: () => Promise<void>): Promise<void> {
  const hold = `import { DatabaseSync } from 'node:sqlite';
    new DatabaseSync(${JSON.stringify(`${path}.lock`)}).exec('BEGIN EXCLUSIVE');
    setInterval(() => {}, 1_000_000); process.stdout.write('x');`;
  const listen = `import { createServer } from 'node:net';
    import { holdSocket, listenAtSocket } from ${JSON.stringify(new URL('./unix-socket.ts', import.meta.url).href)};
    await listenAtSocket(createServer(), await holdSocket(${JSON.stringify(path)})); process.stdout.write('x');`;
  const code = ['--input-type=module', '-e', meanwhile ? hold : listen];
  const child = spawn(process.execPath, code, { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  await meanwhile?.();
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('the admin socket', () => {
  it('is refused to a second gateway, with TK-4005, and the first goes on', async () => {
    await expect(world.open()).rejects.toMatchObject({
      code: 'TK-4005',
      seen: expect.stringContaining(world.socket),
    });
    expect((await askGateway(world.socket, 'GET', '/names')).status).toBe(200);
    expect(readdirSync(dirname(world.socket))).toEqual(['admin.sock', 'admin.sock.lock']);
  });

  it('is taken over from a process that was killed, with its lock', async () => {
    await world.admin.close();
    await holdAndDie(world.socket);
    expect(existsSync(world.socket)).toBe(true);
    world.admin = await world.open();
    expect((await askGateway(world.socket, 'GET', '/names')).status).toBe(200);
  });

  it('is refused while a living process holds it, though that one has not listened yet', async () => {
    await world.admin.close();
    await holdAndDie(world.socket, async () => {
      await expect(world.open()).rejects.toMatchObject({ code: 'TK-4005' });
    });
    world.admin = await world.open();
  });

  it('has one winner when many come at once to what a killed process left', async () => {
    const path = join(world.directory, 'contended.sock');
    for (let round = 0; round < 5; round++) {
      await holdAndDie(path);
      const servers = Array.from({ length: 8 }, (_, n) =>
        createServer((_request, response) => response.end(String(n))),
      );
      const outcomes = await Promise.allSettled(
        servers.map(async (server) => listenAtSocket(server, await holdSocket(path))),
      );
      const winners = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? [String(n)] : []));
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'TK-4005' });
      }
      expect(winners).toHaveLength(1);
      expect((await askGateway(path, 'GET', '/')).body).toBe(winners[0]);
      await Promise.all(servers.filter((server) => server.listening).map((server) => once(server.close(), 'close')));
    }
  });

  it('goes away with the gateway, after which asking says that none runs', async () => {
    await world.admin.close();
    expect(existsSync(world.socket)).toBe(false);
    await expect(askGateway(world.socket, 'GET', '/names')).rejects.toMatchObject({ code: 'TK-5006' });
    world.admin = await world.open();
  });

  it('is not left behind when the TCP address is taken', async () => {
    const socket = join(world.directory, 'other', 'admin.sock');
    await expect(world.open(socket, world.admin.address)).rejects.toMatchObject({
      code: 'TK-4005',
      seen: expect.stringContaining(String(world.admin.address.port)),
    });
    expect(existsSync(socket)).toBe(false);
  });

  it('says which part of the configuration is wrong for an address that is not of this machine', async () => {
    const socket = join(world.directory, 'other', 'admin.sock');
    await expect(world.open(socket, { host: '203.0.113.7', port: 0 })).rejects.toMatchObject({
      code: 'TK-5002',
      seen: expect.stringContaining('EADDRNOTAVAIL'),
    });
  });

  it('says TK-8001 where a file stands in the way, or the path is too long', async () => {
    const file = join(world.directory, 'file');
    writeFileSync(file, '');
    for (const socket of [join(file, 'admin.sock'), join(world.directory, 'x'.repeat(120), 'admin.sock')]) {
      await expect(world.open(socket)).rejects.toMatchObject({ code: 'TK-8001' });
    }
  });
});
