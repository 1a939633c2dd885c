import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DatagramPipe } from '../contract/datagram.ts';
import type { Destination } from '../contract/exposure.ts';
import type { Limits } from '../contract/limits.ts';
import type { Policy, Verdict } from '../contract/policy.ts';
import type { DatagramCall, HostPort } from '../contract/reactor.ts';
import { STREAM_CODE, type StreamCode, type StreamHead, type StreamOpener } from '../contract/stream.ts';
import { type MemoryReactor, makeMemoryReactor } from '../pipe/memory/reactor.ts';
import { Away, live, makeGate, type TestGate } from './gate.testkit.ts';
import { UdpPort } from './udp.ts';
import { WholeWay } from './whole-way.testkit.ts';

const ANY = { host: '127.0.0.1', port: 0 };
const IDLE = 60_000;

let reactor: MemoryReactor;
let port: UdpPort;
let opened: { head: StreamHead; flow: DatagramPipe; cancelled?: StreamCode }[];
const opener: StreamOpener = {
  open: (head, pipe) => {
    const stream: (typeof opened)[number] = { head, flow: pipe as DatagramPipe };
    opened.push(stream);
    const cancel = (code: StreamCode) => {
      stream.cancelled = code;
      pipe.reset(code);
    };
    return { id: 1, opened: false, unreached: undefined, cancel };
  },
};

beforeEach(() => {
  reactor = makeMemoryReactor({ seed: 1 });
  opened = [];
});

async function serve(destination: Destination, limits: Partial<Limits> = {}): Promise<TestGate> {
  const made = makeGate(reactor, limits);
  port = new UdpPort(made.gate, await reactor.datagrams(ANY), () => destination);
  return made;
}

/** A new visitor, who says so many things. */
function visit(...said: string[]): DatagramCall {
  const visitor = reactor.callDatagrams(port.address as HostPort);
  for (const text of said) visitor.send(Buffer.from(text));
  reactor.run();
  return visitor;
}

/** What waits in a flow for its stream. */
function waiting({ flow }: (typeof opened)[number]): string[] {
  const all: string[] = [];
  for (const into = Buffer.alloc(100); flow.more; ) {
    const { nextBytes } = flow;
    flow.take(into, 0);
    all.push(into.toString('latin1', 0, nextBytes));
  }
  return all;
}

const policy = (verdict: Verdict): Policy => ({ name: 'test', decide: () => verdict });

describe('a UDP visitor', () => {
  test('is a flow with its address, whatever it says; another visitor is another', async () => {
    const { gate } = await serve(live(opener));
    visit('a', '', 'b');
    visit('c');
    expect(opened.map(waiting)).toEqual([['a', '', 'b'], ['c']]);
    expect(opened[0]?.head).toEqual({ kind: 'udp', exposure: 1, visitor: expect.stringMatching(/^127\.0\.0\.1:\d+$/) });
    expect([gate.visitors, gate.traffic]).toMatchObject([2, { datagramsIn: 4, bytesIn: 3, datagramsDropped: 0 }]);
  });

  test('gets what its stream says, and nobody else does', async () => {
    const { gate } = await serve(live(opener));
    const heard: string[] = [];
    const visitor = visit('a');
    visit('b').onMessage = () => expect.unreachable();
    visitor.onMessage = (bytes) => heard.push(`${bytes}`);
    opened[0]?.flow.deliver(Buffer.from('answer'), 0, 6);
    reactor.run();
    expect([heard, gate.traffic.datagramsOut, gate.traffic.bytesOut]).toEqual([['answer'], 1, 6]);
  });

  test.each<[string, () => Destination]>([
    ['where the port is unknown', () => ({ kind: 'unknown' })],
    ['while the agent is away', () => new Away() as unknown as Destination],
    ['if no stream can be opened', () => live({ open: () => undefined })],
    ['by a policy', () => live(opener, [policy({ kind: 'pass' }), policy({ kind: 'answer', code: 'TK-1010' })])],
  ])('%s is dropped', async (_why, destination) => {
    const { gate } = await serve(destination());
    visit('a');
    expect([opened.length, gate.visitors, gate.traffic.datagramsDropped]).toEqual([0, 0, 1]);
  });

  test('waits for a policy that parks it, and what it says meanwhile waits too', async () => {
    const until = Promise.withResolvers<Verdict>();
    await serve(live(opener, [policy({ kind: 'park', until: until.promise })]));
    visit('a', 'b');
    expect(opened).toHaveLength(0);
    until.resolve({ kind: 'pass' });
    await until.promise;
    expect(opened.map(waiting)).toEqual([['a', 'b']]);
  });

  test('begins anew when its stream was reset', async () => {
    await serve(live(opener));
    const visitor = visit('a');
    opened[0]?.flow.reset();
    visitor.send(Buffer.from('b'));
    reactor.run();
    expect(opened.map(waiting)).toEqual([[], ['b']]);
  });

  test('is cut at once when the gateway stops, which waits for no flow', async () => {
    const { gate } = await serve(live(opener));
    visit('a');
    await gate.drain(30_000);
    expect([opened[0]?.cancelled, gate.visitors]).toEqual([STREAM_CODE.unavailable, 0]);
    visit('b');
    expect(opened).toHaveLength(1);
  });
});

describe('a flood', () => {
  test('from many addresses makes as many flows as the bound says, and the others are counted', async () => {
    const { gate, bounds } = await serve(live(opener), { udpFlows: 3 });
    for (let nth = 0; nth < 10; nth++) visit('a');
    expect([opened.length, gate.visitors, gate.traffic.datagramsDropped]).toEqual([3, 3, 7]);
    expect(bounds).toEqual(Array(7).fill('udpFlows'));
    reactor.advance(IDLE);
    visit('a');
    expect(opened).toHaveLength(4);
  });

  test('of one address that nobody reads keeps the newest, and the others are counted', async () => {
    const { gate } = await serve(live(opener), { udpFlowDatagrams: 4 });
    visit(...Array.from({ length: 100 }, (_, nth) => `${nth}`));
    expect(gate.traffic.datagramsDropped).toBe(96);
    expect(opened.map(waiting)).toEqual([['96', '97', '98', '99']]);
  });
});

describe('the whole way of a flow', () => {
  const PLACE = { host: '127.0.0.1', port: 9_053 };
  let way: WholeWay;
  let callers: HostPort[];
  afterEach(() => way.close());

  /** An origin that answers what is said to it, but for what begins with an exclamation mark, and tells who spoke. */
  async function start() {
    way = await WholeWay.start(reactor, {}, { game: `udp://${PLACE.host}:${PLACE.port}` });
    const origin = await reactor.datagrams(PLACE);
    callers = [];
    const heard: string[] = [];
    origin.onMessage = (bytes, from) => {
      callers.push(from);
      heard.push(`${bytes}`);
      if (!heard.at(-1)!.startsWith('!')) origin.send(bytes, from);
    };
    const visitor = reactor.callDatagrams({ host: PLACE.host, port: way.portOf(20_001) });
    const answers: string[] = [];
    visitor.onMessage = (bytes) => answers.push(`${bytes}`);
    const say = (text: string) => visitor.send(Buffer.from(text));
    return { origin, heard, answers, say };
  }
  const ports = () => new Set(callers.map(({ port: from }) => from)).size;

  test('is one socket at the origin for as long as one of the two speaks each minute (T11)', async () => {
    const { origin, heard, answers, say } = await start();
    say('hello');
    await way.until(() => answers.length === 1);
    // The visitor alone.
    for (let nth = 1; nth <= 3; nth++) {
      reactor.advance(IDLE - 1_000);
      say('!');
      await way.until(() => heard.length === nth + 1);
    }
    // The origin alone.
    for (let nth = 1; nth <= 3; nth++) {
      reactor.advance(IDLE - 1_000);
      origin.send(Buffer.from('news'), callers[0]!);
      await way.until(() => answers.length === nth + 1);
    }
    reactor.advance(IDLE - 1_000);
    say('!');
    await way.until(() => heard.length === 5);
    expect(ports()).toBe(1);
  });

  test('is over after a minute of silence: the next word is another flow', async () => {
    const { answers, say } = await start();
    say('hello');
    await way.until(() => answers.length === 1);
    expect(way.test.gate.visitors).toBe(1);
    reactor.advance(IDLE + 1_000);
    expect(way.test.gate.visitors).toBe(0);
    say('again');
    await way.until(() => answers.length === 2);
    expect(ports()).toBe(2);
  });

  test('loses what is said while no agent is there, and goes on with the next', async () => {
    const { heard, answers, say } = await start();
    say('hello');
    await way.until(() => answers.length === 1);
    await way.kill();
    say('lost');
    reactor.run();
    expect(way.test.gate.traffic.datagramsDropped).toBe(1);
    await way.agent();
    say('back');
    await way.until(() => answers.length === 2);
    expect([heard, answers]).toEqual([
      ['hello', 'back'],
      ['hello', 'back'],
    ]);
  });
});
