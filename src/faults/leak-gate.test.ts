import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { call } from '../cli/program/wire.testkit.ts';
import { HEAP, LeakGate, leaks } from './leak-gate.ts';

it('names what is left over, and is content once it is gone', async () => {
  const server = createServer((socket) => socket.resume());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const gate = await LeakGate.open([{ name: 'this', pid: process.pid }]);
  const leaked = await call(port);
  expect(await gate.left(0)).toEqual([
    expect.stringMatching(/^this holds descriptors: \d+, were \d+$/),
    expect.stringMatching(/^this holds sockets: \d+, were \d+$/),
  ]);
  leaked.socket.destroy();
  expect(await gate.left(10_000)).toEqual([]);
  server.close();
});

it('minds gauges that rise, and not what sinks', () => {
  const holding = (streams: number) => ({ descriptors: 9, sockets: 3, gauges: { streams_open: streams } });
  expect(leaks(holding(0), holding(2))).toEqual(['streams_open: 2, were 0']);
  expect(leaks(holding(2), holding(0))).toEqual([]);
});

it('minds what is seen inside: one timer more, and a heap that is larger by more than it swings', async () => {
  let inside = { Timeout: 2, [HEAP]: 20 };
  const gate = await LeakGate.open([{ name: 'this', pid: process.pid, inside: async () => inside }]);
  inside = { Timeout: 3, [HEAP]: 25 };
  expect(await gate.left(0)).toEqual(['this holds Timeout: 3, were 2']);
  inside = { Timeout: 2, [HEAP]: 30 };
  expect(await gate.left(0)).toEqual(['this holds heap MiB: 30, were 20']);
});
