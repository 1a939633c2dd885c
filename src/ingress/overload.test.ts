// What visitors meet while memory is short or scarce, whatever they speak.
import { afterEach, describe, expect, test } from 'vitest';
import { RESET } from '../contract/pipe.ts';
import type { Memory } from '../observe/overload.ts';
import { makeArena } from '../pipe/arena.ts';
import { makeMemoryReactor } from '../pipe/memory/reactor.ts';
import { live, makeGate } from './gate.testkit.ts';
import { Http2World, request } from './http2/http2-world.testkit.ts';
import { admitTcp } from './tcp.ts';
import { UdpPort } from './udp.ts';
import { get, Visitors } from './visitors.testkit.ts';

const ANY = { host: '127.0.0.1', port: 0 };
const overload: { memory: Memory; late: boolean } = { memory: 'enough', late: false };
afterEach(() => {
  overload.memory = 'enough';
});

/** A request that is answered, and the connection that it came on. */
function answered(world: Visitors) {
  const visitor = world.visit(get());
  world.answer();
  return visitor;
}

describe('while memory is short', () => {
  test('new requests are told 503 and when to try again; those under way end well', async () => {
    const world = await Visitors.open({}, { overload });
    const under = world.visit(get());
    overload.memory = 'short';
    const refused = world.visit(get());
    expect(refused.heard).toMatch(/^HTTP\/1\.1 503 .*Retry-After: \d+\r\n.*Connection: close\r\n.*TK-3020/s);
    expect(refused.end).toBe('fin');
    world.answer();
    expect(under.heard).toMatch(/^HTTP\/1\.1 200 /);
    expect(world.visit(get().replace('shop', 'nobody')).heard).toMatch(/^HTTP\/1\.1 404 /);
    expect(world.test.bounds).toEqual(['memoryShortPercent']);
  });

  test('TCP visitors are reset', async () => {
    const reactor = makeMemoryReactor({ seed: 1 });
    const { gate, bounds } = makeGate(reactor, {}, { overload });
    const destination = live({ open: () => ({ id: 1, opened: false, unreached: undefined, cancel: () => {} }) });
    const port = 7_000;
    await reactor.listen({ host: '::', port }, {}, (arrival) => admitTcp(gate, arrival, () => destination));
    overload.memory = 'short';
    const pipe = reactor.dial({ host: 'x', port }, { timeoutMs: 1_000 });
    reactor.run();
    expect([pipe.read(makeArena(8), 0, 1), gate.visitors, bounds]).toEqual([RESET, 0, ['memoryShortPercent']]);
  });

  test('datagrams of new addresses are dropped, those of known ones pass', async () => {
    const reactor = makeMemoryReactor({ seed: 1 });
    const { gate } = makeGate(reactor, {}, { overload });
    const heard: string[] = [];
    const opener = {
      open: (head: { visitor: string }) => {
        heard.push(head.visitor);
        return { id: 1, opened: false as const, unreached: undefined, cancel: () => {} };
      },
    };
    const port = new UdpPort(gate, await reactor.datagrams(ANY), () => live(opener));
    const call = () => reactor.callDatagrams(port.address as typeof ANY);
    const known = call();
    known.send(Buffer.from('1'));
    reactor.run();
    overload.memory = 'short';
    call().send(Buffer.from('2'));
    known.send(Buffer.from('3'));
    reactor.run();
    expect([heard.length, gate.traffic.datagramsIn, gate.traffic.datagramsDropped]).toEqual([1, 3, 1]);
    await port.close();
  });
});

describe('while memory is scarce', () => {
  test('idle connections go, the longest idle first, and only idle ones', async () => {
    const world = await Visitors.open({}, { overload });
    const idle = Array.from({ length: 20 }, () => {
      world.reactor.advance(100);
      return answered(world);
    });
    // The first has just been used again.
    idle[0]!.send(get());
    world.reactor.run();
    world.answer();
    const [busy, fresh] = [world.visit(get()), world.visit()];
    expect(world.test.gate.shed()).toBe(true);
    world.reactor.run();
    expect(idle.map(({ end }) => end)).toEqual(idle.map((_, n) => (n > 0 && n <= 16 ? 'fin' : 'open')));
    world.test.gate.shed();
    world.reactor.run();
    expect([idle.every(({ end }) => end === 'fin'), world.test.gate.shed()]).toEqual([true, false]);
    expect([busy.end, fresh.end]).toEqual(['open', 'open']);
    expect(world.test.bounds).toEqual(idle.map(() => 'memoryScarcePercent'));
  });

  test('idle HTTP/2 connections are told so, and go', async () => {
    const world = await Http2World.start();
    try {
      const [idle, busy] = [world.peer(), world.peer()];
      await idle.settled();
      busy.headers(1, request({ ':path': '/slow' }));
      const origin = await world.way.asked('/slow ');
      world.way.test.gate.shed();
      await idle.until(() => idle.over);
      origin.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      expect((await busy.ended(1)).end).toBe('end');
    } finally {
      await world.close();
    }
  });
});
