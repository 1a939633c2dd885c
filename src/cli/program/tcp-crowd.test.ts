// Many TCP connections at once, and connections to nobody.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { KeyedStreams } from '../../faults/keyed-stream.ts';
import { LeakGate } from '../../faults/leak-gate.ts';
import { Ledger } from '../../faults/ledger.ts';
import { tcp } from '../../faults/peers/tcp.ts';
import { INSPECTED, watched } from './inspect.testkit.ts';
import { freePort, type Gateway, World } from './program.testkit.ts';
import { call } from './wire.testkit.ts';

const CROWD = 10_000;
/** Both ends of each are in this process, which must not be what they wait for. */
const AT_ONCE = 1_000;

const world = new World();
let gateway: Gateway;

beforeAll(async () => {
  gateway = await world.serve([], INSPECTED);
});
afterAll(() => world.close());

it('ten thousand short connections, a thousand at once, lose and mix up nothing, and leave nothing behind (T12)', async () => {
  const ledger = new Ledger(new KeyedStreams(12));
  const server = await tcp.serve(ledger);
  const { port } = server.address() as { port: number };
  const { url, running } = await world.expose(`tcp://127.0.0.1:${port}`, [], INSPECTED);
  const visit = () => tcp.visit({ port: Number(url.port), host: '', ledger, talk: ledger.talk('tcp', 200, 300) });
  await visit();
  const gate = await LeakGate.open([
    await watched('gateway', gateway.running, world.path('data/tunnelkit/admin.sock')),
    await watched('agent', running),
  ]);
  const worker = async () => {
    while (ledger.talks < CROWD) await visit();
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  console.log(`${CROWD} connections in ${(performance.now() - begun).toFixed(0)} ms`);
  expect(await gate.left(10_000)).toEqual([]);
  server.close();
  ledger.judge();
  expect([ledger.illegal, ledger.mismatches]).toEqual([[], []]);
  expect(ledger.ends).toEqual({ whole: 2 * CROWD, aborted: 0, byKernel: 0 });
  // Who is looked into waits for that to end.
  await running.stop('SIGKILL');
});

it('a connection that the origin refuses is closed at once (T6)', async () => {
  const { url, running } = await world.expose(`tcp://127.0.0.1:${await freePort()}`);
  const began = Date.now();
  const visitor = await call(url.port);
  expect(await visitor.ends()).toBe('rst');
  const ms = Date.now() - began;
  console.log(`a refused visitor was closed after ${ms} ms`);
  expect(ms).toBeLessThan(1_000);
  await running.stop();
});
