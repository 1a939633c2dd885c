// S11: names that nobody has published lead nowhere, also where TLS says them: no stream is opened, no origin is dialled. What may stand
// in a head of HTTP/1 is asked by the conformance cases (`conformance/cases/elsewhere.ts`).
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SPELLINGS } from '../../conformance/spellings.ts';
import { HOST, LimitWorld } from '../limits/world.testkit.ts';

const PUBLISHED = 'web.localhost';
const NAMES = [
  ...[
    '',
    'localhost',
    'nobody.localhost',
    'web.localhost.evil.test',
    'xweb.localhost',
    'eb.localhost',
    'web',
    '*.localhost',
  ],
  ...['web.localhost.localhost', 'metadata.google.internal', '__proto__', 'constructor', 'xn--web-0na.localhost'],
  ...[`${'a'.repeat(63)}.test`, 'web_localhost', 'web.localhos'],
];

let world: LimitWorld;
let dialled = 0;
beforeAll(async () => {
  world = await LimitWorld.start({});
  world.origin.on('connection', () => {
    dialled += 1;
  });
  await world.web();
});
afterAll(() => world.close());

const opened = () => world.gateway.status().streamsOpened;
/** No name and one that Node takes for none are left out of the hello. */
const tlsFor = (servername: string, alpn: string) => ({
  ...{ host: HOST, port: world.port('https'), rejectUnauthorized: false, ALPNProtocols: [alpn] },
  ...(servername === '' ? {} : { servername }),
});

/** The status; 0 where no answer came. */
async function overHttp1(sni: string, host: string): Promise<number> {
  const socket = connect(tlsFor(sni, 'http/1.1'))
    .setEncoding('latin1')
    .on('error', () => {});
  let heard = '';
  socket.on('data', (text: string) => {
    heard += text;
  });
  socket.end(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  await new Promise((resolve) => socket.on('close', resolve));
  return Number(/^HTTP\/1\.1 (\d+)/.exec(heard)?.[1] ?? 0);
}

async function overHttp2(sni: string, authorities: readonly string[]): Promise<number[]> {
  const session = connectHttp2(`https://${HOST}:${world.port('https')}`, tlsFor(sni, 'h2')).on('error', () => {});
  const statuses = authorities.map(async (authority) => {
    const stream = session.request({ ':authority': authority, ':path': '/' });
    stream.resume().on('error', () => {});
    const answer = once(stream, 'response').then(([fields]) => Number((fields as Record<string, unknown>)[':status']));
    return Promise.race([answer.catch(() => 0), once(stream, 'close').then(() => 0)]);
  });
  const all = await Promise.all(statuses);
  session.close();
  return all;
}

it('an unknown name in the hello, in Host, or in both, is answered by the gateway itself', async () => {
  const answers = await Promise.all([
    ...NAMES.map((name) => overHttp1(name, name)),
    ...NAMES.map((name) => overHttp1(PUBLISHED, name)),
  ]);
  for (const status of answers) expect([400, 404, 421]).toContain(status);
  expect([dialled, opened()]).toEqual([0, 0]);
});

it('an unknown :authority on a connection for a published name, however it is spelled, is answered by the gateway itself', async () => {
  const names = [...NAMES.filter((name) => name !== ''), ...SPELLINGS];
  for (const status of await overHttp2(PUBLISHED, names)) expect([0, 400, 404, 421]).toContain(status);
  expect([dialled, opened()]).toEqual([0, 0]);
});

it('and the published one is reached, over both, once for each request', async () => {
  expect(await overHttp1(PUBLISHED, PUBLISHED)).toBe(200);
  expect(await overHttp2(PUBLISHED, [PUBLISHED])).toEqual([200]);
  expect(dialled).toBeGreaterThan(0);
  expect(opened()).toBe(2);
});
