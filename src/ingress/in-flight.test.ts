// What becomes of a request that its agent did not answer: the rows of promises.md, "Requests in flight when a session is lost".
import { describe, expect, test } from 'vitest';
import { STREAM_CODE, type StreamCode, type StreamOpener } from '../contract/stream.ts';
import { Away } from './gate.testkit.ts';
import { get, response, Visitors } from './visitors.testkit.ts';

const post = (body: string, method = 'POST') =>
  `${method} /x HTTP/1.1\r\nHost: shop.example\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
const UNSEEN = [
  STREAM_CODE.refused,
  STREAM_CODE.originRefused,
  STREAM_CODE.originUnreachable,
  STREAM_CODE.originConnectTimeout,
  STREAM_CODE.originTls,
  STREAM_CODE.unavailable,
];

/** `shop.example` is run by several agents, of which `spare` says whether another one would be asked next. */
async function pooled(spare = true, limits = {}): Promise<Visitors & { pool: { spare: boolean } }> {
  const world = await Visitors.open(limits);
  const { opener, ...live } = world.destination();
  const pool = { open: (...args: Parameters<StreamOpener['open']>) => opener.open(...args), spare };
  world.test.table.set('shop.example', { ...live, opener: pool });
  return Object.assign(world, { pool });
}

function give(world: Visitors, code: StreamCode): void {
  world.last.stream.reset(code);
  world.reactor.run();
}

describe('a request whose agent says that no origin has seen it', () => {
  test.each(UNSEEN)('goes to another agent with its whole body, whatever its method (code %i)', async (code) => {
    const world = await pooled();
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const visitor = world.visit(post('the body', method));
      expect(world.last.stream.body).toBe('the body');
      const before = world.opened.length;
      give(world, code);
      expect([world.opened.length - before, world.last.stream.body, world.last.stream.end]).toEqual([
        1,
        'the body',
        'end',
      ]);
      expect(world.last.request).toMatchObject({ method, path: '/x', length: 8 });
      world.answer();
      expect(visitor.heard).toMatch(/^HTTP\/1\.1 200 .*\r\n\r\nok$/s);
    }
    expect(world.test.visits.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(world.test.gate.bodies.bytes).toBe(0);
  });

  test('goes on with what its visitor sends meanwhile', async () => {
    const world = await pooled();
    const visitor = world.visit(
      'POST / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n',
    );
    give(world, STREAM_CODE.originRefused);
    visitor.send('3\r\ndef\r\n0\r\n\r\n');
    world.reactor.run();
    expect([world.last.stream.body, world.last.stream.end]).toEqual(['abcdef', 'end']);
    world.answer();
    expect(visitor.heard).toContain('\r\n\r\nok');
  });

  test('is refused at once where there is no other agent', async () => {
    const world = await pooled(false);
    const visitor = world.visit(post('body'));
    give(world, STREAM_CODE.originRefused);
    expect([visitor.heard.slice(9, 12), world.opened.length]).toEqual(['502', 1]);
  });

  test('is refused after four agents, however many there are', async () => {
    const world = await pooled();
    const visitor = world.visit(post('body'));
    for (let agents = 0; agents < 4; agents += 1) give(world, STREAM_CODE.originRefused);
    expect([visitor.heard.slice(9, 12), world.opened.length]).toEqual(['502', 4]);
  });

  test('whose body is longer than what is kept goes to one agent only', async () => {
    const world = await pooled(true, { bodyKeptBytes: 2_048 });
    for (const [bytes, streams] of [
      [2_048, 2],
      [2_049, 1],
    ] as const) {
      const before = world.opened.length;
      const visitor = world.visit(post('x'.repeat(bytes)));
      give(world, STREAM_CODE.originRefused);
      expect(world.opened.length - before).toBe(streams);
      if (streams === 1) expect(visitor.heard).toMatch(/^HTTP\/1\.1 502 /);
      else expect(world.last.stream.body.length).toBe(bytes);
    }
  });

  test('finds room for its body only as long as all of them together have some', async () => {
    const world = await pooled(true, { bodiesKeptBytes: 1_500 });
    world.visit(post('x'));
    expect(world.test.gate.bodies.bytes).toBe(1_024);
    world.visit(post('y'));
    expect(world.test.gate.bodies.bytes).toBe(1_024);
    give(world, STREAM_CODE.originRefused);
    expect(world.opened).toHaveLength(2);
    world.opened[0]!.stream.reset(STREAM_CODE.originRefused);
    world.reactor.run();
    expect([world.opened.length, world.last.stream.body]).toEqual([3, 'x']);
  });

  test.each([
    ['that was reached before', true, STREAM_CODE.originRefused],
    ['that broke', false, STREAM_CODE.originReset],
    ['that said nothing legal', false, STREAM_CODE.originMalformed],
    ['that took too long', false, STREAM_CODE.originTimeout],
    ['behind short memory', false, STREAM_CODE.memory],
  ] as const)('but had an origin %s, is never sent again', async (_title, opened, code) => {
    const world = await Visitors.open();
    const { opener, ...live } = world.destination();
    const pool: StreamOpener = { spare: true, open: (...args) => ({ ...opener.open(...args)!, opened }) };
    world.test.table.set('shop.example', { ...live, opener: pool });
    const visitor = world.visit(post('body'));
    give(world, code);
    expect([visitor.heard.slice(9, 10), world.opened.length]).toEqual(['5', 1]);
  });

  test('that was cut at the end of a drain is not sent to anybody else', async () => {
    const world = await pooled();
    const visitor = world.visit(post('body'));
    void world.test.gate.drain(1_000);
    world.reactor.advance(1_000);
    expect([visitor.heard.slice(9, 12), world.opened.length]).toEqual(['503', 1]);
  });

  test('whose visitor leaves meanwhile is forgotten', async () => {
    const world = await pooled();
    const visitor = world.visit(post('body'));
    world.last.stream.reset(STREAM_CODE.originRefused);
    visitor.pipe.reset();
    world.reactor.run();
    expect([world.test.gate.visitors, world.test.gate.bodies.bytes]).toEqual([0, 0]);
  });
});

describe('a request that crosses the goodbye of its agent', () => {
  test.each([STREAM_CODE.unavailable, STREAM_CODE.refused])('is held until it is back (code %i)', async (code) => {
    const world = await Visitors.open();
    const visitor = world.visit(post('body'));
    const away = new Away();
    world.test.table.set('shop.example', away);
    give(world, code);
    expect([visitor.heard, away.waiting]).toEqual(['', 1]);
    away.arrive(world.destination());
    world.reactor.run();
    expect(world.last.stream.body).toBe('body');
    world.answer();
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('is 503 with Retry-After when it stays away', async () => {
    const world = await Visitors.open({ agentHoldMs: 2_000 });
    const visitor = world.visit(post('body'));
    world.test.table.set('shop.example', new Away());
    give(world, STREAM_CODE.unavailable);
    world.reactor.advance(2_000);
    expect(visitor.heard).toMatch(/^HTTP\/1\.1 503 .*Retry-After: 2\r\n/s);
  });

  test('is refused where the same agent is there still: it would say the same', async () => {
    const world = await Visitors.open();
    const visitor = world.visit(post('body'));
    give(world, STREAM_CODE.unavailable);
    expect([visitor.heard.slice(9, 12), world.opened.length]).toEqual(['503', 1]);
  });
});

describe('a request whose session is lost', () => {
  test('goes to another agent only if it does no harm and has no body, and only once', async () => {
    const world = await pooled();
    for (const [text, streams] of [
      [get(), 2],
      [post('').replace('POST', 'GET'), 1],
      [post('x').replace('POST', 'GET'), 1],
      [post('x'), 1],
    ] as const) {
      const before = world.opened.length;
      const visitor = world.visit(text);
      give(world, STREAM_CODE.sessionLost);
      expect([text, world.opened.length - before]).toEqual([text, streams]);
      if (streams === 2) give(world, STREAM_CODE.sessionLost);
      expect(visitor.heard).toMatch(/^HTTP\/1\.1 502 .*TK-3003/s);
    }
  });

  test('after its answer began is an abort', async () => {
    const world = await pooled();
    const visitor = world.visit(get());
    world.last.stream.head(response(200, 'length', 9)).send('half');
    world.reactor.run();
    give(world, STREAM_CODE.sessionLost);
    expect([visitor.end, world.opened.length]).toEqual(['reset', 1]);
  });
});
