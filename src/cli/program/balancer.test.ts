// Load balancers in front of the gateway that say by the PROXY protocol whose connections they pass on (X36): haproxy and curl as they do
// it, and those that do it wrongly.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeHeader } from '../../proxy-protocol/header.ts';
import { ask, BALANCER, FRIEND, fieldOf, type Ground, metric, STRANGER, say, startGround } from './balancer.testkit.ts';
import { startHaproxy } from './haproxy.testkit.ts';
import type { World } from './program.testkit.ts';
import { RawOrigin } from './wire.testkit.ts';

const FORGED = `${FRIEND}:50000`;
const REQUEST = 'GET /headers HTTP/1.1\r\nHost: guarded.localhost\r\nConnection: close\r\n\r\n';
const v1 = (text: string) => Buffer.from(`${text}\r\n`, 'latin1');

let ground: Ground;
let world: World;
let direct: Ground['direct'];
/** Through haproxy to HTTP, to HTTPS, and to the port of the TCP exposure. */
let http: number;
let https: number;
let tcp: number;

beforeAll(async () => {
  ground = await startGround();
  ({ world, direct } = ground);
  [http, https, tcp] = (await startHaproxy(world, BALANCER, [
    { to: direct.http, how: 'send-proxy check check-send-proxy inter 100ms' },
    { to: direct.https, how: 'send-proxy-v2 proxy-v2-options crc32c,unique-id,authority' },
    { to: direct.tcp, how: 'send-proxy-v2' },
  ])) as [number, number, number];
});
afterAll(() => world.close());

describe('through haproxy', () => {
  it('the visitor of HTTP is who came to haproxy, in every field that tells', async () => {
    const { text } = await ask(http, 'open');
    expect(fieldOf(text, 'x-forwarded-for')).toBe(FRIEND);
    expect(fieldOf(text, 'x-real-ip')).toBe(FRIEND);
    expect(fieldOf(text, 'forwarded')).toContain(`for=${FRIEND}`);
  });

  it('the visitor of HTTPS is too, also over IPv6 and by HTTP/2', async () => {
    for (const [version, at] of [
      ['--http1.1', '127.0.0.1'],
      ['--http2', '[::1]'],
    ] as const) {
      const to = `open.localhost:${https}:${at}`;
      const curl = world.start('curl', 'curl', [
        ...['-sSk', version, '--resolve', to, `https://open.localhost:${https}/headers`],
      ]);
      expect([await curl.exit, curl.stderr]).toEqual([0, '']);
      expect(fieldOf(curl.stdout, 'x-real-ip')).toBe(at.replace(/[[\]]/g, ''));
      expect(fieldOf(curl.stdout, 'via')).toBe(version === '--http2' ? '2 tunnelkit' : '1.1 tunnelkit');
    }
  });

  it('who may visit is decided by it: HTTP, and TCP by port', async () => {
    expect((await ask(http, 'guarded')).status).toBe(200);
    expect((await ask(http, 'guarded', STRANGER)).status).toBe(403);
    expect((await ask(tcp, 'any')).status).toBe(200);
    expect((await ask(tcp, 'any', '::1', '::1')).status).toBe(200);
    await expect(ask(tcp, 'any', STRANGER)).rejects.toThrow();
  });

  it('who guesses passwords waits alone: the others that haproxy passes on do not', async () => {
    await world.expose(ground.site, ['--name', 'locked', '--auth', 'ann:secret']);
    const status = async (from: string, password: string) =>
      (await ask(http, 'locked', from, '127.0.0.1', `ann:${password}`)).status;
    for (let guess = 0; guess < 10; guess++) expect(await status(STRANGER, `guess ${guess}`)).toBe(401);
    expect(await Promise.all([status(STRANGER, 'secret'), status(FRIEND, 'secret')])).toEqual([429, 200]);
  });

  it('agents come in at the port of HTTPS', async () => {
    const link = ground.gateway.ready.join.replace(/tk:\/\/[^/]+/, `tk://127.0.0.1:${https}`);
    await world.expose(ground.site, ['--name', 'balanced', '--gateway', link]);
    expect((await ask(http, 'balanced')).status).toBe(200);
  });

  it('an origin that is told who visits hears of the visitor, and of nobody between', async () => {
    const origin = await RawOrigin.listen();
    const options = ['--send-proxy-protocol', 'v1', '--allow-ip', `${FRIEND}/32`];
    const { url } = await world.expose(`tcp://127.0.0.1:${origin.port}`, options);
    expect((await (await origin.take()).says('\r\n')).trim()).toBe('PROXY UNKNOWN');
    const [through] = await startHaproxy(world, BALANCER, [{ to: url.port, how: 'send-proxy-v2' }]);
    const visitor = say(through!, FRIEND, Buffer.from('question'));
    const heard = await (await origin.take()).says('question');
    const { localPort } = visitor.socket;
    expect(heard).toBe(`PROXY TCP4 ${FRIEND} 127.0.0.1 ${localPort} ${origin.port}\r\nquestion`);
    visitor.reset();
    origin.close();
  });

  it('what the visitor says before its request is its own, and is refused', async () => {
    for (const version of ['v1', 'v2'] as const) {
      const wire = say(http, STRANGER, writeHeader(version, FORGED, undefined));
      wire.send('GET / HTTP/1.1\r\nHost: guarded.localhost\r\nConnection: close\r\n\r\n');
      await wire.ends();
      expect(wire.text.slice(0, 12)).toBe('HTTP/1.1 400');
    }
  });
});

it('curl introduces itself as haproxy would', async () => {
  const args = [
    '-sS',
    '--haproxy-protocol',
    '--interface',
    BALANCER,
    '--resolve',
    `open.localhost:${direct.http}:127.0.0.1`,
  ];
  const curl = world.start('curl', 'curl', [...args, `http://open.localhost:${direct.http}/headers`]);
  expect([await curl.exit, curl.stderr]).toEqual([0, '']);
  expect(fieldOf(curl.stdout, 'x-real-ip')).toBe(BALANCER);
});

describe('from a listed address', () => {
  const counted = () =>
    Promise.all(['TK-3018', 'TK-3019'].map((code) => metric(world, `tunnelkit_errors_total{code="${code}"}`)));

  it.each([
    ['without a header', Buffer.from(REQUEST), [1, 0]],
    ['with TLS at once', Buffer.from('160301020001000001fc0303', 'hex'), [1, 0]],
    ['with a header that is wrong', v1('PROXY TCP4 1.2.3 4.5.6.7 1 2'), [0, 1]],
    ['with a header that is cut', v1('PROXY TCP4 1.2.3.4').subarray(0, -2), [0, 1]],
  ])('a connection %s is closed and counted by its reason', async (_what, bytes, more) => {
    const before = (await counted()) as [number, number];
    const wire = say(direct.http, BALANCER, bytes);
    wire.finish();
    await wire.ends();
    expect(wire.text).toBe('');
    expect(await counted()).toEqual(before.map((count, at) => count + more[at]!));
    await ground.gateway.running.line(/A load balancer/);
  });

  it('a second header is the visitor’s own words', async () => {
    const header = writeHeader('v2', `${STRANGER}:1`, undefined);
    const twice = Buffer.concat([header, writeHeader('v1', FORGED, undefined), Buffer.from(REQUEST)]);
    const wire = say(direct.http, BALANCER, twice);
    await wire.ends();
    expect(wire.text.slice(0, 12)).toBe('HTTP/1.1 400');
  });
});
