import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Script } from '../http/exchange.testkit.ts';
import { get, Visitors } from './visitors.testkit.ts';

const PREFACE = 'ANPX\x02\x00\x00\x00';
const LINK = 'GET /.tunnelkit/link HTTP/1.1\r\nHost: gw.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';

describe('the front door', () => {
  test('hands agents on by ALPN', async () => {
    const world = await Visitors.open();
    const tls = { serverName: 'gw.example', alpn: ['anpx/2'], verify: 'report' as const };
    world.reactor.dial({ host: 'gw', port: 443 }, { timeoutMs: 1_000, tls });
    world.reactor.run();
    expect([world.agents.length, world.test.gate.visitors]).toEqual([1, 0]);
  });

  test('lets agents without TLS in only when that was spelled out, with every byte they sent', async () => {
    const closed = await Visitors.open();
    expect(closed.visit(PREFACE).end).toBe('reset');
    expect(closed.agents).toHaveLength(0);
    const fixed = await Visitors.open({}, { insecure: true });
    expect([fixed.visit(PREFACE, 'fixed').end, fixed.agents.length]).toEqual(['reset', 0]);
    const world = await Visitors.open({}, { insecure: true }, { splitBytesMax: 1 });
    world.visit(`${PREFACE}hello`);
    expect([world.agents.length, world.test.gate.visitors]).toEqual([1, 0]);
    const agent = new Script((world.agents[0] as (typeof world.agents)[0]).pipe);
    for (let turns = 0; turns < 20; turns += 1) await world.settled();
    expect(agent.heard).toBe(`${PREFACE}hello`);
  });

  test('takes a method that begins like the preface for what it is', async () => {
    const world = await Visitors.open({}, { insecure: true });
    world.visit('ANPX / HTTP/1.1\r\nHost: shop.example\r\n\r\n');
    expect(world.last.request.method).toBe('ANPX');
  });

  test('closes on TLS at a plain port', async () => {
    const world = await Visitors.open();
    const visitor = world.visit('\x16\x03\x01\x02\x00');
    expect([visitor.end, visitor.heard, world.test.gate.visitors]).toEqual(['reset', '', 0]);
  });

  test.each([
    ['plain from loopback', 'plain', '127.0.0.1', {}, true],
    ['plain from a trusted proxy', 'plain', '10.0.0.1', { trustedProxies: ['10.0.0.0/8'] }, true],
    ['plain from anywhere', 'plain', '192.0.2.1', {}, false],
    ['plain from anywhere, if that was spelled out', 'plain', '192.0.2.1', { insecure: true }, true],
    ['over TLS from anywhere', 'secure', '192.0.2.1', {}, true],
  ] as const)('an upgrade at the reserved path, %s', async (_title, port, address, changes, taken) => {
    const world = await Visitors.open({}, changes);
    world.address = address;
    const visitor = world.visit(`${LINK}\x82\x00`, port, 'gw.example');
    expect(world.upgrades.map(({ initial }) => initial.toString('latin1'))).toEqual(taken ? ['\x82\x00'] : []);
    if (!taken) expect(visitor.heard).toMatch(/^HTTP\/1\.1 404 /);
    expect(world.test.gate.visitors).toBe(0);
  });

  test('a loopback that a load balancer speaks of is not near: the hop to it may cross a network', async () => {
    const world = await Visitors.open();
    world.address = '127.0.0.1';
    world.introducer = { host: '10.0.0.2', port: 5 };
    expect(world.visit(LINK, 'plain', 'gw.example').heard).toMatch(/^HTTP\/1\.1 404 /);
    expect(world.upgrades).toEqual([]);
  });

  test('an agent behind a trusted proxy has its own address', async () => {
    const world = await Visitors.open({}, { trustedProxies: ['10.0.0.0/8'] });
    world.address = '10.0.0.1';
    world.visit(LINK.replace('\r\n\r\n', '\r\nX-Forwarded-For: 192.0.2.77\r\n\r\n'));
    expect(world.upgrades[0]?.address).toBe('192.0.2.77:0');
  });

  test('the reserved path is an ordinary one on the port of an exposure', async () => {
    const world = await Visitors.open();
    world.fixed = world.destination();
    world.visit(LINK, 'fixed');
    expect([world.opened.length, world.upgrades.length]).toEqual([1, 0]);
  });

  test('as many connections as the bound are served and not one more', async () => {
    const world = await Visitors.open({ visitorsPending: 2 });
    const visitors = [world.visit(), world.visit(get()), world.visit(get())];
    expect(visitors.map(({ end }) => end)).toEqual(['open', 'open', 'reset']);
    expect(world.test.bounds).toEqual(['visitorsPending']);
    visitors[0]?.pipe.reset();
    world.reactor.run();
    expect(world.visit().end).toBe('open');
  });

  test('nothing that comes in through it throws, and nobody stays', async () => {
    const piece = fc.oneof(
      fc.constantFrom(
        get(),
        LINK,
        PREFACE,
        'GET / HT',
        'POST / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n',
      ),
      fc.constantFrom('5\r\nabcde\r\n', '0\r\n\r\n', '\r\n\r\n', ':', 'Host: x\r\n', '\x00', '\x16\x03\x01'),
      fc.string({ unit: 'binary-ascii' }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 6 }),
        fc.nat(400),
        fc.nat(3),
        fc.nat(1_000),
        async (pieces, cut, ending, seed) => {
          const world = await Visitors.open({}, { insecure: true }, { seed, splitBytesMax: 7, delayMsMax: 3 });
          const visitor = world.visit(pieces.join('').slice(0, cut));
          if (ending === 0) visitor.fin();
          else if (ending === 1) visitor.pipe.reset();
          else if (world.opened.length > 0 && world.last.stream.end === 'open') world.last.stream.reset();
          world.reactor.run();
          for (const { pipe } of [...world.agents, ...world.upgrades]) pipe.reset();
          world.reactor.advance(200_000);
          world.test.table.clear();
          for (const { stream } of world.opened) if (stream.end !== 'reset') stream.reset();
          world.reactor.advance(200_000);
          expect(world.test.faults).toEqual([]);
          expect(world.test.gate.visitors).toBe(0);
        },
      ),
      { numRuns: 500 },
    );
  });
});
