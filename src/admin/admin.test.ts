import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import { type Reply, World } from './admin.testkit.ts';
import { askGateway } from './client.ts';

let world: World;
beforeEach(async () => {
  world = await World.start();
});
afterEach(() => world.stop());

async function newToken(): Promise<string> {
  return ((await askGateway(world.socket, 'POST', '/admin-token')).body as { token: string }).token;
}

describe('the open pages', () => {
  it('tell health and readiness to anybody, on both listeners', async () => {
    for (const over of ['tcp', 'socket'] as const) {
      expect(await world.get('/healthz', {}, over)).toMatchObject({ status: 200, body: expect.stringContaining('ok') });
      expect((await world.get('/readyz', {}, over)).status).toBe(200);
      world.ready = false;
      expect((await world.get('/readyz', {}, over)).status).toBe(503);
      expect((await world.get('/healthz', {}, over)).status).toBe(200);
      world.ready = true;
    }
  });
});

function wrongBearers(token: string): readonly string[] {
  const bare = token.slice(4);
  const inBase64 = (text: string) => Buffer.from(text).toString('base64');
  return [
    ...[
      '',
      'Bearer',
      'Bearer ',
      'Bearer x',
      `Bearer${token}`,
      token,
      `Basic ${token}`,
      `Basic ${inBase64(`:${token}`)}`,
    ],
    ...[`Digest ${token}`, `Bearer ${bare}`, `Bearer tka_${bare.slice(1)}`, `Bearer ${token}x`, `Bearer x${token}`],
    ...[`Bearer ${token.slice(0, -1)}`, `Bearer ${token.toUpperCase()}`, `Bearer ${token.replace('tka_', 'tkt_')}`],
    ...[`Bearer "${token}"`, `Bearer ${token}, Bearer x`, `Bearer ${token} ${token}`, `Bearer ${token};`],
    ...[`Bearer ${inBase64(token)}`, `Bearer %74${token.slice(1)}`, `Bearer tka_${'A'.repeat(43)}`],
    ...[`Bearer ${createHash('sha256').update(token).digest('hex')}`, `Bearer ${'x'.repeat(8_000)}`],
  ];
}

describe('the admin token', () => {
  it('opens status and metrics on TCP, in any of the ways a bearer is written', async () => {
    const token = await newToken();
    expect(token).toMatch(/^tka_[\w-]{43}$/);
    const status = await world.get('/status', { Authorization: `Bearer ${token}` });
    expect(status).toMatchObject({ status: 200, body: '{"sessions":3}' });
    expect(status.head).toMatch(/cache-control: no-store/i);
    const metrics = await world.get('/metrics', { Authorization: `bearer   ${token} ` });
    expect(metrics.status).toBe(200);
    expect(metrics.head).toMatch(/content-type: text\/plain; version=0\.0\.4/i);
    expect(metrics.body).toContain('tunnelkit_sessions_open 0');
  });

  it('is needed: without it, with another, and before there is one, the answer is 401', async () => {
    expect((await world.get('/status')).status).toBe(401);
    expect((await world.get('/status', { Authorization: 'Bearer undefined' })).status).toBe(401);
    const token = await newToken();
    for (const wrong of [
      `Bearer x${token}`,
      `Bearer ${token}x`,
      `Basic ${token}`,
      token,
      'Bearer',
      `Bearer ${token}, x`,
    ]) {
      const reply = await world.get('/metrics', { Authorization: wrong });
      expect(reply.status).toBe(401);
      expect(reply.head).toMatch(/www-authenticate: Bearer/i);
      expect(JSON.parse(reply.body).code).toBe('TK-1014');
    }
  });

  it('is refused alike in 25 ways in which it could be wrong, and each is a try', async () => {
    const token = await newToken();
    const replies: Reply[] = [];
    for (const authorization of wrongBearers(token)) {
      replies.push(await world.get('/status', { Authorization: authorization }));
      if (replies.length % 9 === 0) world.clock.advance(60_000);
    }
    expect(replies).toHaveLength(25);
    const undated = replies.map(({ status, head, body }) => ({
      status,
      head: head.replace(/\r\nDate: .*/i, ''),
      body,
    }));
    expect(undated).toEqual(Array.from({ length: 25 }, () => undated[0]));
    expect([undated[0]?.status, undated[0]?.body]).toEqual([401, expect.stringContaining('TK-1014')]);
    world.clock.advance(60_000);
    for (const authorization of wrongBearers(token).slice(0, 10))
      await world.get('/status', { Authorization: authorization });
    expect((await world.get('/status', { Authorization: `Bearer ${token}` })).status).toBe(429);
  });

  it('is ended by the next one, and outlives the process', async () => {
    const first = await newToken();
    const second = await newToken();
    expect((await world.get('/status', { Authorization: `Bearer ${first}` })).status).toBe(401);
    await world.admin.close();
    world.admin = await world.open();
    expect((await world.get('/status', { Authorization: `Bearer ${second}` })).status).toBe(200);
  });

  it('is kept as a hash, and is in no log line and no answer but its own', async () => {
    const token = await newToken();
    await world.get('/status', { Authorization: `Bearer ${token}` });
    await world.get('/status', { Authorization: `Bearer ${token.slice(0, -1)}` });
    expect((await askGateway(world.socket, 'GET', '/admin-token')).body).toEqual({ exists: true });
    const shown = [...world.settings.values(), ...world.lines, (await world.get('/status', {}, 'socket')).body].join();
    expect(shown).not.toContain(token.slice(4, 20));
    expect(world.lines.join()).toContain('a wrong admin token came');
  });

  it('can be guessed ten times a minute and address, then not even the right one is looked at for a minute', async () => {
    const token = await newToken();
    const right = { Authorization: `Bearer ${token}` };
    const tries = limitValues().authFailuresPerMinute;
    for (let n = 0; n < tries; n++) {
      expect((await world.get('/status', right)).status).toBe(200);
      expect((await world.get('/status', { Authorization: 'Bearer guess' })).status).toBe(401);
    }
    const refused = await world.get('/status', right);
    expect(refused.status).toBe(429);
    expect(refused.head).toMatch(/retry-after: 60/i);
    expect(world.metrics.limitsHit.authFailuresPerMinute).toBe(1);
    expect((await world.get('/healthz')).status).toBe(200);
    expect((await world.get('/status', {}, 'socket')).status).toBe(200);
    world.clock.advance(60_000);
    expect((await world.get('/status', right)).status).toBe(200);
  });

  it('is not spent by those who send none', async () => {
    const token = await newToken();
    for (let n = 0; n < 15; n++) expect((await world.get('/status')).status).toBe(401);
    expect((await world.get('/status', { Authorization: `Bearer ${token}` })).status).toBe(200);
  });
});

describe('what changes things', () => {
  it('is not on TCP, even with the admin token', async () => {
    const token = await newToken();
    for (const path of ['/tokens', '/names', '/admin-token', '/tokens/one']) {
      expect((await world.get(path, { Authorization: `Bearer ${token}` })).status).toBe(404);
    }
  });

  it('makes, lists and revokes tokens on the Unix socket', async () => {
    const request = { account: 'Zoë', names: ['a-*'] };
    expect(await askGateway(world.socket, 'POST', '/tokens', request)).toEqual({
      status: 201,
      body: { token: 'tkt_new' },
    });
    expect((await askGateway(world.socket, 'GET', '/tokens')).body).toEqual([{ id: 'one' }]);
    expect((await askGateway(world.socket, 'DELETE', '/tokens/one')).status).toBe(204);
    expect((await askGateway(world.socket, 'DELETE', '/tokens/none')).status).toBe(404);
    expect(world.calls).toEqual([
      ['create', request],
      ['revoke', 'one'],
      ['revoke', 'none'],
    ]);
  });

  it('lists and releases names on the Unix socket, whatever characters they have', async () => {
    expect((await askGateway(world.socket, 'GET', '/names')).body).toEqual([{ name: 'app' }]);
    expect((await askGateway(world.socket, 'DELETE', '/names/app')).status).toBe(204);
    expect((await askGateway(world.socket, 'DELETE', `/names/${encodeURIComponent('a/b é')}`)).status).toBe(404);
    expect(world.calls.at(-1)).toEqual(['release', 'a/b é']);
  });

  it('carries the error of the gateway to who asked', async () => {
    await expect(askGateway(world.socket, 'POST', '/tokens', [])).rejects.toMatchObject({
      code: 'TK-5002',
      seen: 'No list is a token.',
    });
  });

  it('tells a defect to the log and not to who asked', async () => {
    await expect(askGateway(world.socket, 'POST', '/tokens', null)).rejects.toMatchObject({
      code: 'TK-9001',
      seen: '',
    });
    expect(world.lines.join()).toMatch(/TK-9001.*CANARY of a defect/);
    expect(world.metrics.errors['TK-9001']).toBe(1);
  });

  it('reads JSON of a bounded length and nothing else', async () => {
    const post = (type: string, text: string) =>
      world.raw(
        `POST /tokens HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
        'socket',
      );
    expect((await post('text/plain', '{}')).status).toBe(400);
    expect((await post('application/x-www-form-urlencoded', 'a=b')).status).toBe(400);
    expect((await post('application/json', '{')).status).toBe(400);
    expect(world.calls).toEqual([]);
    const longest = `"${'x'.repeat(limitValues().adminBodyBytes - 2)}"`;
    expect((await post('application/json', longest)).status).toBe(201);
    expect((await post('application/json', `${longest} `)).status).toBe(400);
    expect(world.calls).toHaveLength(1);
  });
});

describe('the listener', () => {
  it('refuses what is not quite HTTP, and goes on', async () => {
    const many = Array.from({ length: 100 }, (_, n) => `X-${n}: y\r\n`).join('');
    const cases: readonly (readonly [string, number])[] = [
      [`GET /healthz HTTP/1.1\r\nHost: localhost\r\n${many}\r\n`, 431],
      [`GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: ${'y'.repeat(20_000)}\r\n\r\n`, 431],
      ['GET /healthz HTTP/1.1\r\n\r\n', 400],
      ['GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n', 403],
      ['GET /healthz HTTP/1.1\r\nHost : localhost\r\n\r\n', 400],
      [
        'POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
        400,
      ],
      ['\u0016\u0003\u0001hello\r\n\r\n', 400],
    ];
    for (const [text, status] of cases)
      expect([text.slice(0, 60), (await world.raw(text)).status]).toEqual([text.slice(0, 60), status]);
    await world.raw('CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\n\r\n');
    expect((await world.get('/healthz')).status).toBe(200);
  });

  it('says 404 as JSON for what it does not have', async () => {
    for (const path of ['/', '/nothing', '//status', '/status/', '/%73tatus/..']) {
      expect((await world.get(path)).status).toBe(404);
    }
  });

  it('makes its socket for its own user alone', () => {
    expect(statSync(world.socket).mode & 0o777).toBe(0o600);
    expect(statSync(join(world.socket, '..')).mode & 0o777).toBe(0o700);
  });
});
