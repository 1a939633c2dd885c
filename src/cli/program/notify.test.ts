// What systemd hears: the real program, and a real datagram socket where systemd's would be.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ROOT, type Running, World } from './program.testkit.ts';
import { visit } from './visit.testkit.ts';

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

/** A service manager's ear at a path, or at an abstract name; what it hears is its output. */
async function listen(socket: string): Promise<Running> {
  const at = socket.startsWith('@') ? `ABSTRACT-RECV:${socket.slice(1)}` : `UNIX-RECV:${socket}`;
  const ear = world.start('socat', 'socat', ['-d', '-d', '-u', at, 'STDOUT']);
  await ear.line(/starting data transfer loop/);
  return ear;
}

const heard = (ear: Running, what: RegExp, times = 1) =>
  ear.until(`${what} ${times} times`, () => ear.stdout.match(new RegExp(what, 'g'))?.[times - 1]);

describe('systemd', () => {
  it('hears from a gateway that it is ready, that it lives, and that it stops', async () => {
    const socket = world.path('notify');
    const ear = await listen(socket);
    const { running, ready } = await world.serve([], { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '200000' });
    await heard(ear, /READY=1\nSTATUS=0 agents, 0 exposures, 0 visitor connections\n/);
    expect((await visit(new URL(`http://${ready.http}`))).status).toBe(404);
    await heard(ear, /WATCHDOG=1/, 5);
    expect(ear.stdout).not.toContain('STOPPING');
    running.child.kill('SIGTERM');
    await heard(ear, /STOPPING=1/);
    expect(await running.exit).toBe(0);
  });

  it('gets no pings that were meant for another process', async () => {
    const socket = world.path('notify');
    const ear = await listen(socket);
    const { running } = await world.serve([], {
      NOTIFY_SOCKET: socket,
      WATCHDOG_USEC: '1000',
      WATCHDOG_PID: String(process.pid),
    });
    await running.stop();
    await heard(ear, /STOPPING=1/);
    expect(ear.stdout).not.toContain('WATCHDOG');
  });

  it('hears from an agent what it publishes, and when it reads its file again; at an abstract socket too', async () => {
    const socket = `@tunnelkit-${process.pid}`;
    const ear = await listen(socket);
    await world.serve();
    const file = world.path('tunnelkit.yaml');
    writeFileSync(file, 'exposures:\n  - target: 1\n    name: one\n  - target: tcp://127.0.0.1:1\n');
    const agent = world.tunnelkit(['connect', '--json'], { NOTIFY_SOCKET: socket });
    await heard(ear, /READY=1\nSTATUS=connected to [\d.:]+ over tls, 2 of 2 exposures published/);
    agent.child.kill('SIGHUP');
    await heard(ear, /RELOADING=1\nMONOTONIC_USEC=\d+READY=1/);
    expect(await agent.stop()).toBe(0);
    await heard(ear, /STOPPING=1/);
  });

  it('hears that an agent runs, and why it is not connected, while its gateway is away', async () => {
    const socket = world.path('notify');
    const ear = await listen(socket);
    const gateway = await world.serve();
    await gateway.running.stop('SIGKILL');
    writeFileSync(world.path('tunnelkit.yaml'), 'exposures:\n  - target: 1\n');
    world.tunnelkit(['connect'], { NOTIFY_SOCKET: socket });
    await heard(ear, /READY=1\nSTATUS=trying to reach [\d.:]+: TK-4001 The gateway cannot be reached/);
  });

  it('hears it through its own program where this Node has no FFI', async () => {
    const socket = world.path('notify');
    const ear = await listen(socket);
    await world.serve([], { NOTIFY_SOCKET: socket, NODE_OPTIONS: '--no-experimental-ffi' });
    await heard(ear, /READY=1\nSTATUS=0 agents/);
  });
});

it('nobody reads that the way to systemd is experimental', async () => {
  const socket = world.path('notify');
  const ear = await listen(socket);
  const args = ['serve', '--http', '127.0.0.1:0', '--https', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
  const bare = world.start('node', process.execPath, [join(ROOT, 'dist/tunnelkit.js'), ...args], {
    NOTIFY_SOCKET: socket,
  });
  await heard(ear, /READY=1/);
  await bare.line(/join link/);
  await bare.stop();
  expect(bare.stderr).not.toMatch(/experimental|ffi/i);
});
