import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseTarget } from '../target.ts';
import { httpOrigin } from './http-origin.testkit.ts';
import { rawOrigin } from './raw-origin.testkit.ts';
import { request, Visit } from './visit.testkit.ts';

const tls = (name: string) => readFileSync(new URL(`../../../fixtures/tls/${name}`, import.meta.url), 'utf8');

async function listening(server: Server, at: { port: number } | { path: string }): Promise<number> {
  onTestFinished(() => void server.close());
  await new Promise<void>((ready) => server.listen({ host: '127.0.0.1', ...at }, ready));
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'kinds-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('an https:// origin', () => {
  it('on loopback is taken with any certificate, elsewhere only with one that verifies', async () => {
    const server = createTlsServer(
      { cert: tls('localhost.cert.pem'), key: tls('localhost.key.pem') },
      (_request, response) => response.end('secret'),
    );
    const port = await listening(server, { port: 0 });
    const { place } = parseTarget(`https://localhost:${port}`, '/');
    expect(await new Visit(httpOrigin(place).origin, request()).answer).toMatchObject({ body: 'secret', end: 'whole' });
    if (place.type !== 'http' || !place.tls) throw new Error('no TLS');
    const strict = httpOrigin({ ...place, tls: { ...place.tls, verify: 'system' } });
    expect((await new Visit(strict.origin, request()).answer).end).toBe('tls');
  });
});

describe('a unix: origin', () => {
  it('speaks HTTP over its socket, and is refused while the socket is not there', async () => {
    const path = join(folder(), 'app.sock');
    const { place } = parseTarget(`unix:${path}`, '/');
    const { origin } = httpOrigin(place, {}, { hostHeader: 'rewrite' });
    expect((await new Visit(origin, request()).answer).end).toBe('refused');
    await listening(
      createServer((asked, response) => response.end(asked.headers.host)),
      { path },
    );
    expect(await new Visit(origin, request()).answer).toMatchObject({ body: 'localhost', end: 'whole' });
  });
});

describe('a tcp:// origin', () => {
  it('gets bare bytes, each end by itself', async () => {
    const { port, connections } = await rawOrigin(async (connection) => {
      await connection.until('ping');
      connection.end('pong');
    });
    const { origin } = httpOrigin(parseTarget(`tcp://127.0.0.1:${port}`, '/').place);
    const visit = new Visit(origin, 'tcp', { ends: false });
    await visit.reached;
    visit.write('ping');
    expect(await visit.answer).toMatchObject({ body: 'pong', end: 'whole' });
    visit.write('more');
    visit.end();
    expect(await connections[0]!.over()).toBe('end');
    expect(connections[0]!.received).toBe('more');
  });
});

describe('a directory', () => {
  it('answers through the same pool, files larger than any buffer too', async () => {
    const path = folder();
    const big = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => at % 251)).toString('latin1');
    writeFileSync(join(path, 'big'), big, 'latin1');
    writeFileSync(join(path, 'index.html'), 'home');
    const { origin } = httpOrigin({ type: 'directory', path });
    const answers = await Promise.all([
      new Visit(origin, request()).answer,
      new Visit(origin, request({ path: '/big' })).answer,
      new Visit(origin, request({ path: '/../big' })).answer,
      new Visit(origin, request({ method: 'POST', body: 'length', length: 2 }), { body: 'ab' }).answer,
    ]);
    expect(answers.map(({ heads, end }) => [heads[0]?.status, end])).toEqual([
      [200, 'whole'],
      [200, 'whole'],
      [404, 'whole'],
      [405, 'whole'],
    ]);
    expect(answers[0]!.body).toBe('home');
    expect(answers[1]!.body === big).toBe(true);
  });

  it('never makes a file that shrinks look whole', async () => {
    const path = folder();
    const file = join(path, 'log');
    writeFileSync(file, 'x'.repeat(8_000_000));
    const { origin } = httpOrigin({ type: 'directory', path });
    const visit = new Visit(origin, request({ path: '/log' }));
    await expect.poll(() => visit.heads.length, { interval: 1 }).toBe(1);
    truncateSync(file, 1);
    expect((await visit.answer).end).not.toBe('whole');
  });
});
