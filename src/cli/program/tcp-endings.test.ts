// How TCP connections end through the program: FIN as FIN, RST as RST, on both sides, with every byte that came before.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LeakGate } from '../../faults/leak-gate.ts';
import { World } from './program.testkit.ts';
import { digest, keyedBytes } from './visit.testkit.ts';
import { call, RawOrigin, type Wire } from './wire.testkit.ts';

const MUCH = 10 * 1024 * 1024;

const world = new World();
let origin: RawOrigin;
let port: string;
let gate: LeakGate;

beforeAll(async () => {
  const exposed = await RawOrigin.exposed(world, (at) => `tcp://127.0.0.1:${at}`);
  ({ origin } = exposed);
  ({ port } = exposed.url);
  const { visitor, served } = await connected();
  visitor.reset();
  await served.ends();
  gate = await LeakGate.open([
    { name: 'gateway', pid: exposed.gateway.pid, adminSocket: world.path('data/tunnelkit/admin.sock') },
    { name: 'agent', pid: exposed.agent.pid },
  ]);
});
afterEach(async () => {
  expect(await gate.left(10_000)).toEqual([]);
});
afterAll(async () => {
  origin.close();
  await world.close();
});

/** A visitor, and what the origin sees of it. */
async function connected(): Promise<{ visitor: Wire; served: Wire }> {
  const visitor = await call(port);
  return { visitor, served: await origin.take() };
}

const sha = async (wire: Wire) => (await digest(keyedOf(wire))).sha256;
async function* chunksOf(bytes: Buffer) {
  yield bytes;
}
const keyedOf = (wire: Wire) => chunksOf(wire.received) as unknown as Parameters<typeof digest>[0];

describe('half-close', () => {
  it.each([
    ['visitor', 'origin'],
    ['origin', 'visitor'],
  ])('of the %s leaves the %s all the time it wants (T1, T2)', async (first) => {
    const { visitor, served } = await connected();
    const [ender, speaker] = first === 'visitor' ? [visitor, served] : [served, visitor];
    ender.finish('question');
    expect(await speaker.ends()).toBe('fin');
    expect(speaker.text).toBe('question');
    keyedBytes(MUCH).pipe(speaker.socket);
    expect(await ender.ends()).toBe('fin');
    expect(ender.bytes).toBe(MUCH);
    expect(await sha(ender)).toBe((await digest(keyedBytes(MUCH))).sha256);
  });
});

describe('a reset', () => {
  it.each(['visitor', 'origin'])('of the %s is a reset on the other side (T3)', async (first) => {
    const { visitor, served } = await connected();
    visitor.send('a');
    served.send('b');
    await Promise.all([visitor.says('b'), served.says('a')]);
    const [breaker, other] = first === 'visitor' ? [visitor, served] : [served, visitor];
    const broken = Date.now();
    breaker.reset();
    expect(await other.ends()).toBe('rst');
    expect(Date.now() - broken).toBeLessThan(1_000);
  });

  it.each(['visitor', 'origin'])(
    'of the %s behind its last bytes lets through a prefix of them (T8)',
    async (first) => {
      const sent = Buffer.from(Array.from({ length: 300_000 }, (_, at) => at % 251));
      const { visitor, served } = await connected();
      const [breaker, other] = first === 'visitor' ? [visitor, served] : [served, visitor];
      await new Promise((resolve) => breaker.socket.write(sent, resolve));
      breaker.reset();
      expect(await other.ends()).toBe('rst');
      expect(other.received.equals(sent.subarray(0, other.bytes))).toBe(true);
      console.log(`${other.bytes} of ${sent.length} bytes came before the reset`);
    },
  );

  it('of the visitor after its own FIN still reaches the origin', async () => {
    const { visitor, served } = await connected();
    visitor.finish('over');
    expect(await served.ends()).toBe('fin');
    served.ending = 'open';
    visitor.reset();
    // What a socket that has seen FIN learns of a reset, it learns by writing.
    const writing = setInterval(() => served.send('x'), 5);
    const error = await new Promise<NodeJS.ErrnoException>((resolve) => served.socket.once('error', resolve));
    clearInterval(writing);
    expect(['ECONNRESET', 'EPIPE']).toContain(error.code);
  });
});

describe('a short connection', () => {
  it('whose data and FIN arrive together gives both (T4)', async () => {
    const visitor = await call(port);
    visitor.finish('all of it');
    const served = await origin.take();
    expect(await served.ends()).toBe('fin');
    expect(served.text).toBe('all of it');
    served.finish('answer');
    expect(await visitor.ends()).toBe('fin');
    expect(visitor.text).toBe('answer');
  });

  it('without data opens and closes at the origin too (T5)', async () => {
    const { visitor, served } = await connected();
    visitor.finish();
    expect(await served.ends()).toBe('fin');
    served.finish();
    expect(await visitor.ends()).toBe('fin');
    expect([visitor.bytes, served.bytes]).toEqual([0, 0]);
  });

  it('may begin with the origin speaking (T7)', async () => {
    const { visitor, served } = await connected();
    served.send('220 ready\r\n');
    await visitor.says('220 ready\r\n');
    visitor.send('QUIT\r\n');
    await served.says('QUIT\r\n');
    served.finish('221 bye\r\n');
    expect(await visitor.ends()).toBe('fin');
    visitor.finish();
    expect(visitor.text).toBe('220 ready\r\n221 bye\r\n');
  });
});
