// Visitors that speak HTTP/2, as they are: curl, nghttp, h2load and a browser, against the program over TLS and without.
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { FramePeer } from '../../conformance/raw/frame-peer.ts';
import { type Gateway, World } from './program.testkit.ts';

const world = new World();
const origin = createServer((asked, response) => void answer(asked, response));
/** Settles with what answers `/slow`. */
const slow = Promise.withResolvers<() => void>();
/** Paths where WebSockets were opened. */
const upgrades: (string | undefined)[] = [];
const sockets = new WebSocketServer({ server: origin });
sockets.on('connection', (socket, asked) => {
  upgrades.push(asked.url);
  socket.on('message', (bytes, isBinary) => socket.send(bytes, { binary: isBinary }));
});
let gateway: Gateway;

beforeAll(async () => {
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  gateway = await world.serve();
  await world.expose(`127.0.0.1:${(origin.address() as AddressInfo).port}`, ['--name', 'web']);
});
afterAll(async () => {
  origin.closeAllConnections();
  origin.close();
  await world.close();
});

/** `/echo`: what was sent. Anything else: the method, the path and the version that the origin was asked in. */
async function answer(asked: IncomingMessage, response: ServerResponse): Promise<void> {
  if (asked.url === '/echo') {
    asked.pipe(response);
    return;
  }
  if (asked.url === '/slow') {
    slow.resolve(() => response.end('at last'));
    return;
  }
  for await (const _ of asked);
  response.end(`${asked.method} ${asked.url} ${asked.httpVersion} ${asked.headers.host?.split(':')[0]}`);
}

const portOf = (address: string) => address.split(':').at(-1);

/** Over TLS or, by prior knowledge, without. Prints what came, and the version it came in. */
async function curl(path: string, ...args: string[]): Promise<string> {
  const secure = !args.includes('--http2-prior-knowledge');
  const port = portOf(secure ? gateway.ready.https : gateway.ready.http);
  const { stdout } = await promisify(execFile)('curl', [
    ...['-sSk', '--max-time', '20', '-w', ' over %{http_version}', '--resolve', `web.localhost:${port}:127.0.0.1`],
    ...args,
    `${secure ? 'https' : 'http'}://web.localhost:${port}${path}`,
  ]);
  return stdout;
}

describe('curl', () => {
  it('gets HTTP/2 over TLS when it offers it, and HTTP/1.1 when it does not', async () => {
    expect(await curl('/page?q=1')).toBe('GET /page?q=1 1.1 web.localhost over 2');
    expect(await curl('/page', '--http1.1')).toBe('GET /page 1.1 web.localhost over 1.1');
  });

  it('gets HTTP/2 without TLS when it speaks it unasked', async () => {
    expect(await curl('/page', '--http2-prior-knowledge')).toBe('GET /page 1.1 web.localhost over 2');
  });

  it('posts 8 MiB and gets them back unchanged', async () => {
    const [sent, got] = [world.path('sent'), world.path('got')];
    writeFileSync(sent, randomBytes(8 << 20));
    expect(await curl('/echo', '--data-binary', `@${sent}`, '-o', got)).toBe(' over 2');
    expect(readFileSync(got).equals(readFileSync(sent))).toBe(true);
  });

  it('gets the head alone for HEAD, and no other host over the same connection', async () => {
    expect(await curl('/page', '--head')).toMatch(/^HTTP\/2 200 \r\n[\s\S]*\r\n\r\n over 2$/);
    expect(await curl('/page', '-H', 'Host: nobody.localhost', '-o', '/dev/null', '-w', '%{http_code}')).toBe('421');
  });
});

describe('nghttp and h2load', () => {
  const at = () => `https://127.0.0.1:${portOf(gateway.ready.https)}`;
  const host = () => `web.localhost:${portOf(gateway.ready.https)}`;

  it('nghttp sees a request answered with frames that it finds legal', async () => {
    const { stdout } = await promisify(execFile)('nghttp', ['-nv', '-H', `:authority: ${host()}`, `${at()}/page`]);
    expect(stdout).toContain(':status: 200');
    expect(stdout).not.toMatch(/\[ERROR\]|\[INVALID|error_code=(?!NO_ERROR)/);
  });

  it.each([
    ['many requests at once', ['-n', '600', '-c', '4', '-m', '50'], '/page'],
    ['uploads', ['-n', '40', '-c', '2', '-m', '10', '-d'], '/echo'],
  ])('h2load: %s all succeed', async (_what, args, path) => {
    const body = world.path('upload');
    writeFileSync(body, randomBytes(100_000));
    const all = args.includes('-d') ? [...args, body] : args;
    const { stdout } = await promisify(execFile)('h2load', [...all, '-H', `:authority: ${host()}`, at() + path]);
    expect(stdout).toMatch(/(\d+) total, \1 started, \1 done, \1 succeeded, 0 failed, 0 errored, 0 timeout/);
    expect(stdout).toMatch(/, 0 3xx, 0 4xx, 0 5xx/);
  });
});

/** In the page: the version it came in, and what a WebSocket says back. */
const HOP = "performance.getEntriesByType('navigation')[0].nextHopProtocol";
const TALK = `new Promise((resolve) => {
  const socket = new WebSocket('wss://' + location.host + '/socket');
  socket.onopen = () => socket.send('over HTTP/2');
  socket.onmessage = ({ data }) => resolve(data);
  socket.onclose = ({ code }) => resolve('closed ' + code);
})`;

it('a browser loads a page over HTTP/2, and talks over a WebSocket', async () => {
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic'],
  });
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(`https://web.localhost:${portOf(gateway.ready.https)}/page`);
  expect(await page.evaluate(HOP)).toBe('h2');
  expect(await page.evaluate(TALK)).toBe('over HTTP/2');
  expect(upgrades).toEqual(['/socket']);
  await browser.close();
});

it('SIGTERM warns the visitors, finishes what is under way, and ends the program', async () => {
  const host = `web.localhost:${portOf(gateway.ready.http)}`;
  const peer = FramePeer.open(Number(portOf(gateway.ready.http))).headers(1, [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':authority', host],
    [':path', '/slow'],
  ]);
  const answerSlow = await slow.promise;
  const ended = gateway.running.stop('SIGTERM');
  await peer.until(() => peer.goaway !== undefined);
  expect(peer.stream(1).end).toBe('open');
  answerSlow();
  expect(await peer.ended(1)).toMatchObject({ end: 'end', body: Buffer.from('at last') });
  expect(await ended).toBe(0);
  expect(peer.goaway).toBe(0);
});
