// What idle peers and idle programs cost, measured at the real program; and bounds of the table as everybody gets them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseJoinLink } from '../../identity/join-link.ts';
import { Visitor } from '../limits/visitor.testkit.ts';
import { idleAgent, many } from './idle-agent.testkit.ts';
import { INSPECTED, Inspector } from './inspect.testkit.ts';
import { memoryOf } from './memory.testkit.ts';
import { type Gateway, World } from './program.testkit.ts';

const AGENTS = 200;
const VISITORS = 1_000;
/** Of each kind, before the measuring begins: the first ones pay for code and tables that all share. */
const WARM_UP = 50;

async function idleVisitor(port: number): Promise<Visitor> {
  const visitor = new Visitor(port).send('GET / HTTP/1.1\r\nHost: nobody.localhost\r\n\r\n');
  await visitor.answer();
  return visitor;
}

const MB = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
const KiB = (bytes: number) => `${(bytes / 1_024).toFixed(1)} KiB`;

describe('figures', () => {
  const world = new World();
  let gateway: Gateway;
  let inspector: Inspector;
  let port = 0;

  beforeAll(async () => {
    gateway = await world.serve([], INSPECTED);
    inspector = await Inspector.attach(gateway.running);
    port = Number(gateway.ready.http.split(':').at(-1));
  });
  afterAll(async () => {
    inspector.close();
    await world.close();
  });

  /** What each of `count` adds to the gateway: to all its memory, and to what it holds by itself. */
  async function costOf<T>(count: number, make: (number: number) => Promise<T>) {
    const warm = await many(WARM_UP, (number) => make(number));
    const heldBefore = await inspector.held();
    const before = memoryOf(gateway.running, 'Pss');
    const all = await many(count, (number) => make(WARM_UP + number));
    const held = ((await inspector.held()) - heldBefore) / count;
    return { all: [...warm, ...all], resident: (memoryOf(gateway.running, 'Pss') - before) / count, held };
  }

  it('say what an idle visitor costs the gateway', async () => {
    const { all, resident, held } = await costOf(VISITORS, () => idleVisitor(port));
    console.log(
      `an idle visitor: ${KiB(resident)} of memory, ${KiB(held)} of it in heap and buffers (${VISITORS} visitors)`,
    );
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(64 * 1_024);
    for (const visitor of all) visitor.cut();
  });

  it('say what an idle agent costs the gateway', async () => {
    const join = parseJoinLink(gateway.ready.join);
    const { all, resident, held } = await costOf(AGENTS, (number) => idleAgent(join, number));
    console.log(
      `an idle agent: ${KiB(resident)} of memory, ${KiB(held)} of it in heap and buffers (${AGENTS} agents, TLS)`,
    );
    expect(held).toBeGreaterThan(0);
    expect(held).toBeLessThan(64 * 1_024);
    for (const session of all) session.close();
  });

  it('say what the programs cost when they have just started', async () => {
    const other = new World();
    try {
      const { running } = await other.serve();
      const exposed = await other.expose('1');
      const costs = { serve: memoryOf(running, 'Rss'), expose: memoryOf(exposed.running, 'Rss') };
      console.log(`memory at start: serve ${MB(costs.serve)}, expose ${MB(costs.expose)}`);
      for (const cost of Object.values(costs)) expect(cost).toBeLessThan(150e6);
    } finally {
      await other.close();
    }
  });
});

describe('the defaults', () => {
  const world = new World();
  let port = 0;
  beforeAll(async () => {
    port = Number((await world.serve()).ready.http.split(':').at(-1));
  });
  afterAll(() => world.close());

  const ask = (text: string) => new Visitor(port).send(text).answer();

  it('refuse a request line of 9 KiB with 414, where 8 KiB are read', async () => {
    const line = (bytes: number) => `GET /${'a'.repeat(bytes)} HTTP/1.1\r\nHost: nobody.localhost\r\n\r\n`;
    expect(await ask(line(9_216))).toEqual({ status: 414, code: 'TK-3005' });
    expect(await ask(line(8_000))).toEqual({ status: 404, code: 'TK-3001' });
  });

  it('refuse a head of 17 KiB with 431, where 16 KiB are read', async () => {
    const head = (bytes: number) => `GET / HTTP/1.1\r\nHost: nobody.localhost\r\nX: ${'a'.repeat(bytes)}\r\n\r\n`;
    expect(await ask(head(17_408))).toEqual({ status: 431, code: 'TK-3006' });
    expect(await ask(head(16_000))).toEqual({ status: 404, code: 'TK-3001' });
  });
});
