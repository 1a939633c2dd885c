import { describe, expect, it } from 'vitest';
import { exposure, type Visitor, World } from './gateway.testkit.ts';

const GET = 'GET /a HTTP/1.1\r\nHost: web.gw\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const upload = (body: string) => `POST / HTTP/1.1\r\nHost: web.gw\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

/** An agent with a web site at exposure 1, and the site's connections. */
async function site(
  faults: ConstructorParameters<typeof World>[1] = {},
  limits: ConstructorParameters<typeof World>[0] = {},
) {
  const world = new World(limits, faults);
  await world.up();
  world.start([exposure('3000')]);
  await world.settle();
  return { world, came: await world.origin(3000) };
}

const last = (came: readonly Visitor[]) => came[came.length - 1]!;

describe.each([
  ['a clean wire', { splitBytesMax: 0 }],
  ['a wire that gives three bytes at a time', { splitBytesMax: 3 }],
])('a web site behind sessions, over %s', (_name, faults) => {
  it('gets requests on one kept connection, and its answers reach the visitors', async () => {
    const { world, came } = await site(faults);
    for (let i = 0; i < 3; i++) {
      const visitor = await world.browse(world.live, 1, GET);
      expect(last(came).received.endsWith(GET)).toBe(true);
      last(came).write(OK);
      await world.settle();
      expect(visitor.received).toMatch(/^HTTP\/1.1 200 OK\r\n.*\r\n\r\nok$/s);
    }
    expect(came.length).toBe(1);
    expect(world.told('request')).toMatchObject(Array(3).fill({ method: 'GET', path: '/a', status: 200, bytes: 2 }));
  });

  it('gets an upload whole, larger than any window', async () => {
    const { world, came } = await site(faults, { streamWindowBytes: 1_024 });
    const body = 'u'.repeat(faults.splitBytesMax ? 20_000 : 2_000_000);
    const visitor = await world.browse(world.live, 1, upload(body));
    await world.pass(1_000);
    expect(last(came).received.length).toBe(upload(body).length);
    last(came).write(OK);
    await world.settle();
    expect(visitor.received).toContain('200 OK');
  });

  it('that ends a kept connection unseen gets a GET once more and a POST never', async () => {
    const { world, came } = await site(faults);
    for (const text of [GET, upload('x')]) {
      await world.browse(world.live, 1, GET);
      last(came).write(OK);
      await world.settle();
      const before = came.length;
      const visitor = await world.browse(world.live, 1, text);
      world.reactor.cut(last(came).pipe);
      await world.settle();
      expect(came.length - before).toBe(text === GET ? 1 : 0);
      if (text !== GET) expect(visitor.refused).toBe('TK-2005');
      else last(came).write(OK);
      await world.settle();
      if (text === GET) expect(visitor.received).toContain('200 OK');
    }
  });
});

it('each fault of an origin has its code at the gateway', async () => {
  const { world, came } = await site({}, { originHeadMs: 2_000 });
  const garbage = await world.browse(world.live, 1, GET);
  last(came).write('not HTTP\r\n\r\n');
  const silent = await world.browse(world.live, 1, GET);
  const cut = await world.browse(world.live, 1, GET);
  world.reactor.cut(last(came).pipe);
  await world.pass(2_500, 100);
  expect([garbage.refused, silent.refused, cut.refused]).toEqual(['TK-2006', 'TK-2007', 'TK-2005']);
  const down = new World();
  await down.up();
  down.start([exposure('3000')]);
  await down.settle();
  expect((await down.browse(down.live, 1, GET)).refused).toBe('TK-2001');
  expect(down.told('request')).toMatchObject([{ status: undefined, cause: 'refused' }]);
});

it('a visitor who leaves is an abort at the origin', async () => {
  const { world, came } = await site();
  const visitor = await world.browse(world.live, 1, GET);
  visitor.pipe.reset();
  await world.settle();
  expect(last(came).end).toBe('cut');
});
