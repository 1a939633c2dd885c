// UDP through the program: real sockets on both sides, and every datagram as it was sent.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Running, World } from './program.testkit.ts';
import { UdpEnd } from './udp.testkit.ts';

const world = new World();
let agent: Running;
let origin: UdpEnd;
let port: number;
/** Whom the origin heard, in order. */
const callers: number[] = [];

beforeAll(async () => {
  origin = await UdpEnd.bind();
  origin.socket.on('message', (bytes, { port: caller }) => {
    callers.push(caller);
    origin.send(caller, bytes);
  });
  await world.serve();
  const exposed = await world.expose(`udp://127.0.0.1:${origin.port}`);
  agent = exposed.running;
  port = Number(exposed.url.port);
});
afterAll(async () => {
  origin.close();
  await world.close();
});

const keyed = (length: number) => Buffer.from(Array.from({ length }, (_, at) => (at * 7 + length) % 251));
const PER_VISITOR = 20;

/** The lengths of the next so many datagrams that come. */
function lengths({ socket }: UdpEnd): Promise<number[]> {
  const heard: number[] = [];
  return new Promise((resolve) => {
    socket.on('message', ({ length }) => {
      if (heard.push(length) === PER_VISITOR) resolve(heard);
    });
  });
}

describe('a datagram', () => {
  it.each([0, 1, 1_200, 1_472, 65_507])('of %i bytes goes there and back as one (T10)', async (length) => {
    const visitor = await UdpEnd.bind();
    const answer = await visitor.ask(port, keyed(length));
    visitor.close();
    expect(answer.equals(keyed(length))).toBe(true);
  });

  it('keeps its boundaries and its visitor among many', async () => {
    const visitors = await Promise.all([UdpEnd.bind(), UdpEnd.bind(), UdpEnd.bind()]);
    const heard = visitors.map(lengths);
    for (let each = 0; each < PER_VISITOR; each++)
      for (const [nth, visitor] of visitors.entries()) visitor.send(port, keyed(100 * nth + each));
    const all = await Promise.all(heard);
    for (const visitor of visitors) visitor.close();
    expect(all).toEqual(visitors.map((_, nth) => Array.from({ length: PER_VISITOR }, (_, each) => 100 * nth + each)));
  });

  it('of one visitor comes to the origin from one port, that of another from another', async () => {
    const [first, second] = await Promise.all([UdpEnd.bind(), UdpEnd.bind()]);
    callers.length = 0;
    for (const [visitor, bytes] of [
      [first, 1],
      [first, 2],
      [second, 3],
    ] as const)
      await visitor.ask(port, keyed(bytes));
    first.close();
    second.close();
    expect(callers[0]).toBe(callers[1]);
    expect(callers[2]).not.toBe(callers[0]);
  });
});

describe('garbage', () => {
  it('from 200 addresses at once harms nobody: who comes afterwards is answered', async () => {
    const strangers = await Promise.all(Array.from({ length: 200 }, () => UdpEnd.bind()));
    for (let round = 0; round < 20; round++) {
      for (const stranger of strangers) stranger.send(port, randomBytes(round * 70));
      // One after each round: what fills the kernel's own queue is lost before the program sees it.
      const visitor = await UdpEnd.bind();
      const asking = setInterval(() => visitor.send(port, Buffer.from('still there?')), 500);
      expect(`${await visitor.ask(port, Buffer.from('still there?'))}`).toBe('still there?');
      clearInterval(asking);
      visitor.close();
    }
    for (const stranger of strangers) stranger.close();
  });
});

describe('what the program says of UDP', () => {
  it('is the URL with its host and port', async () => {
    expect((await agent.event('ready')).url).toBe(`udp://127.0.0.1:${port}`);
  });

  it('is over at once when it is told to stop, though flows are open', async () => {
    const other = await world.expose(`udp://localhost:${origin.port}`);
    const visitor = await UdpEnd.bind();
    await visitor.ask(Number(other.url.port), keyed(1));
    visitor.close();
    const began = performance.now();
    expect(await other.running.stop('SIGINT')).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('is counted where operators look', async () => {
    const status = world.tunnelkit(['status', '--json']);
    expect(await status.exit).toBe(0);
    expect(status.stdout).toContain('"dropped":0');
  });
});
