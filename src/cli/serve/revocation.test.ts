// A token is revoked while visitors are served through it: every stream is cut within a second (asserted at five), visibly (S11).
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../limits/driver.testkit.ts';
import { exposing } from '../limits/links.testkit.ts';
import { type Exposer, LimitWorld } from '../limits/world.testkit.ts';
import { call, type Ending, RawOrigin, type Wire } from '../program/wire.testkit.ts';

const PROMISED_MS = 1_000;
const ASSERTED_MS = 5 * PROMISED_MS;

let world: LimitWorld;
let origin: RawOrigin;
beforeAll(async () => {
  world = await LimitWorld.start({});
  origin = await RawOrigin.listen();
});
afterAll(async () => {
  await world.close();
  origin.close();
});

/** What is under way, at both ends. */
interface Flow {
  readonly visitor: Wire;
  readonly origin: Wire;
}

async function under(port: number, request: string, answer: string): Promise<Flow> {
  const visitor = await call(port);
  visitor.send(request);
  const wire = await origin.take();
  await wire.says(request.startsWith('raw') ? 'raw' : '\r\n\r\n');
  wire.send(answer);
  if (answer !== '') await visitor.says(answer.slice(-4));
  return { visitor, origin: wire };
}

const head = (name: string, first: string, ...fields: string[]) =>
  [first, `Host: ${name}.localhost`, ...fields, '', ''].join('\r\n');
const UPGRADE = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
];
const ACCEPTED = `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n\x81\x02hi`;

const portOf = (exposer: Exposer, kind: string) =>
  Number(
    new URL(
      exposer.told.flatMap((event) =>
        event.type === 'exposed' && event.grant.kind === kind ? [event.grant.url] : [],
      )[0]!,
    ).port,
  );

/** One of each kind. */
async function flowsOf(name: string, exposer: Exposer): Promise<Readonly<Record<string, Flow>>> {
  const http = world.port('http');
  return {
    'an answer in chunks': await under(
      http,
      head(name, 'GET / HTTP/1.1'),
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\npart\r\n',
    ),
    'an answer with a length': await under(
      http,
      head(name, 'GET / HTTP/1.1'),
      'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\npart',
    ),
    'an upload': await under(http, head(name, 'POST / HTTP/1.1', 'Content-Length: 100'), ''),
    'a WebSocket': await under(http, head(name, 'GET / HTTP/1.1', ...UPGRADE), ACCEPTED),
    'a TCP stream': await under(portOf(exposer, 'tcp'), 'raw', 'back'),
  };
}

async function tokenOf(account: string): Promise<{ id: string; join: string }> {
  return (await world.ask('POST', '/tokens', { account })) as { id: string; join: string };
}

async function publish(account: string): Promise<{ id: string; exposer: Exposer }> {
  const { id, join } = await tokenOf(account);
  const at = `127.0.0.1:${origin.port}`;
  const exposer = await world.agent({ [account]: `http://${at}`, [`${account}-tcp`]: `tcp://${at}` }, account, join);
  await exposer.heard('exposed', 1);
  return { id, exposer };
}

it('ends what runs through it at both ends, cut, within a second, and nothing of others', async () => {
  const [bad, good] = [await publish('bad'), await publish('good')];
  const flows = await flowsOf('bad', bad.exposer);
  const others = await flowsOf('good', good.exposer);
  const began = performance.now();
  const ends = Object.entries(flows).map(async ([kind, flow]): Promise<[string, Ending, Ending, number]> => {
    const [near, far] = await Promise.all([flow.visitor.ends(), flow.origin.ends()]);
    return [kind, near, far, performance.now() - began];
  });
  await world.ask('DELETE', `/tokens/${bad.id}`);
  for (const [kind, near, far, ms] of await Promise.all(ends)) {
    console.log(
      `${kind}: ${near} for the visitor, ${far} for the origin, ${ms.toFixed(0)} ms after the token was revoked`,
    );
    expect([kind, ms < ASSERTED_MS]).toEqual([kind, true]);
  }
  expect(Object.values(flows).map(({ visitor }) => visitor.text)).not.toContainEqual(
    expect.stringMatching(/\r\n0\r\n\r\n$/),
  );
  expect((await Promise.all(ends)).find(([kind]) => kind === 'a TCP stream')?.slice(1, 3)).toEqual(['rst', 'rst']);

  expect(bad.exposer.told.at(-1)).toMatchObject({ type: 'refused', code: 'TK-1011', permanent: true });
  expect((await world.visitor().send(head('bad', 'GET / HTTP/1.1')).answer()).status).toBe(404);
  for (const [kind, { visitor, origin: far }] of Object.entries(others)) {
    expect([kind, visitor.ending, far.ending]).toEqual([kind, 'open', 'open']);
  }
});

it('needs no help of the agent: one that reads nothing and answers nothing is cut off too', async () => {
  const { id, join } = await tokenOf('deaf');
  const peer = await exposing(world, 'deaf', join);
  const visitor = await call(world.port('http'));
  visitor.send(head('deaf', 'GET / HTTP/1.1'));
  await until(() => peer.names.includes('OPEN'));
  peer.deaf();
  const began = performance.now();
  await world.ask('DELETE', `/tokens/${id}`);
  await visitor.says('\r\n\r\n');
  const ms = performance.now() - began;
  console.log(`through a deaf agent: the visitor was told after ${ms.toFixed(0)} ms: ${visitor.text.split('\r\n')[0]}`);
  expect(ms).toBeLessThan(ASSERTED_MS);
  expect(visitor.text).toMatch(/^HTTP\/1\.1 502 /);
});
