import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { World } from './admin.testkit.ts';
import { makeAdmin } from './admin.ts';
import { askGateway } from './client.ts';
import { listenAtSocket } from './unix-socket.ts';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.stop());

/** Leaves a socket behind as kill -9 does. */
async function leaveStaleSocket(path: string): Promise<void> {
  const code = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.stdout.write('x'))`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}

describe('the admin socket', () => {
  it('is refused to a second gateway, with TK-4005, and the first goes on', async () => {
    await expect(makeAdmin(world.options())).rejects.toMatchObject({
      code: 'TK-4005',
      seen: expect.stringContaining(world.socket),
    });
    expect((await askGateway(world.socket, 'GET', '/names')).status).toBe(200);
    expect(readdirSync(dirname(world.socket))).toEqual(['admin.sock']);
  });

  it('is taken over from a process that was killed', async () => {
    await world.admin.close();
    await leaveStaleSocket(world.socket);
    expect(existsSync(world.socket)).toBe(true);
    world.admin = await makeAdmin(world.options());
    expect((await askGateway(world.socket, 'GET', '/names')).status).toBe(200);
  });

  it('has one winner when many come at once to what a killed process left', async () => {
    const path = join(world.directory, 'contended.sock');
    for (let round = 0; round < 10; round++) {
      await leaveStaleSocket(path);
      const servers = Array.from({ length: 8 }, (_, n) => createServer((_request, response) => response.end(`"${n}"`)));
      const outcomes = await Promise.allSettled(servers.map((server) => listenAtSocket(server, path)));
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
    world.admin = await makeAdmin(world.options());
  });

  it('is not left behind when the TCP address is taken', async () => {
    const socket = join(world.directory, 'other', 'admin.sock');
    await expect(makeAdmin(world.options({ socket, at: world.admin.address }))).rejects.toMatchObject({
      code: 'TK-4005',
      seen: expect.stringContaining(String(world.admin.address.port)),
    });
    expect(existsSync(socket)).toBe(false);
  });

  it('says which part of the configuration is wrong for an address that is not of this machine', async () => {
    const socket = join(world.directory, 'other', 'admin.sock');
    await expect(makeAdmin(world.options({ socket, at: { host: '203.0.113.7', port: 0 } }))).rejects.toMatchObject({
      code: 'TK-5002',
      seen: expect.stringContaining('EADDRNOTAVAIL'),
    });
  });

  it('says TK-8001 where a file stands in the way, or the path is too long', async () => {
    const file = join(world.directory, 'file');
    writeFileSync(file, '');
    for (const socket of [join(file, 'admin.sock'), join(world.directory, 'x'.repeat(120), 'admin.sock')]) {
      await expect(makeAdmin(world.options({ socket }))).rejects.toMatchObject({ code: 'TK-8001' });
    }
  });
});
