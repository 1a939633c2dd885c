// What an ACME server can answer that a real one does not answer on demand: rate limits, pages of a proxy, silence, too much.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freshKey } from './account.ts';
import type { AcmeFault } from './fault.ts';
import { AcmeWire, retryAfterMs, type WireOptions } from './wire.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const NONCE = { 'replay-nonce': 'b25jZQ' };

let server: Server;
let origin: string;
let answer: (response: ServerResponse) => void;
let nonce: (response: ServerResponse) => void;
let closing: AbortController;

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    const members = { newNonce: `${origin}/nonce`, newOrder: `${origin}/order`, newAccount: `${origin}/account` };
    if (url === '/dir') response.end(JSON.stringify(members));
    else if (url === '/nonce') nonce(response);
    else answer(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  closing = new AbortController();
  nonce = (response) => response.writeHead(200, NONCE).end();
});

const wire = (options: Partial<WireOptions> = {}) =>
  new AcmeWire({
    directory: `${origin}/dir`,
    accountKey: freshKey(),
    software: 'tests',
    requestMs: 10_000,
    proxies: {},
    signal: closing.signal,
    now: () => NOW,
    ...options,
  });
const asked = async (options: Partial<WireOptions> = {}) => {
  const fault = await wire(options)
    .post('app.example.com', `${origin}/order`, {}, null)
    .catch((error: AcmeFault) => error);
  const { kind, code, retryAfterMs: wish, seen } = fault as AcmeFault;
  return { kind, code, wish, seen };
};
const problem =
  (status: number, type: string, headers = {}) =>
  (response: ServerResponse) =>
    response
      .writeHead(status, { ...NONCE, ...headers, 'content-type': 'application/problem+json' })
      .end(
        JSON.stringify({ type: `urn:ietf:params:acme:error:${type}`, detail: 'too many certificates already issued' }),
      );

describe('requests to an ACME server', () => {
  it('that it limits are taken back until it says, in seconds or as a date', async () => {
    answer = problem(429, 'rateLimited', { 'retry-after': '120' });
    const seen = 'app.example.com: too many certificates already issued';
    expect(await asked()).toEqual({ kind: 'busy', code: 'TK-6004', wish: 120_000, seen });
    answer = problem(429, 'rateLimited', { 'retry-after': new Date(NOW + 90_000).toUTCString() });
    expect(await asked()).toMatchObject({ kind: 'busy', wish: 90_000 });
    nonce = problem(429, 'rateLimited', { 'retry-after': '60' });
    expect(await asked()).toMatchObject({ kind: 'busy', code: 'TK-6004', wish: 60_000 });
  });

  it('that a proxy answers with a page are no answer', async () => {
    answer = (response) => response.writeHead(502).end('<html>Bad Gateway');
    expect(await asked()).toMatchObject({ kind: 'network', code: 'TK-6005', seen: 'app.example.com: status 502' });
  });

  it('whose nonce is refused are sent again with another, again and again', async () => {
    let refusals = 5;
    answer = (response) => {
      refusals -= 1;
      if (refusals >= 0) problem(400, 'badNonce')(response);
      else response.writeHead(201, NONCE).end('{}');
    };
    expect(await wire().post('x', `${origin}/order`, {}, null)).toMatchObject({ status: 201 });
  });

  it('fetch a nonce once: each answer brings the next', async () => {
    let fetched = 0;
    nonce = (response) => {
      fetched += 1;
      response.writeHead(200, NONCE).end();
    };
    answer = (response) => response.writeHead(201, NONCE).end('{}');
    const one = wire();
    for (let times = 0; times < 5; times += 1) await one.post('x', `${origin}/order`, {}, null);
    expect(fetched).toBe(1);
  });

  it('that are not answered end in time', async () => {
    answer = () => {};
    expect(await asked({ requestMs: 50 })).toMatchObject({ kind: 'network', code: 'TK-6005' });
  });

  it('end at once when the gateway stops', async () => {
    answer = () => closing.abort();
    expect(await asked()).toMatchObject({ code: 'TK-6005' });
  });

  it('whose answer has no end are not read to it', async () => {
    answer = (response) => {
      response.writeHead(200, NONCE);
      const more = () => {
        while (response.write(Buffer.alloc(65_536, 'x')));
      };
      response.on('drain', more);
      more();
    };
    expect(await asked()).toMatchObject({ kind: 'network', code: 'TK-6005' });
  });

  it('follow no redirects', async () => {
    answer = (response) => response.writeHead(302, { ...NONCE, location: `${origin}/elsewhere` }).end();
    expect(await asked()).toMatchObject({ seen: 'app.example.com: status 302' });
  });
});

describe('Retry-After', () => {
  it.each([
    [undefined, undefined],
    ['0', undefined],
    ['10', 10_000],
    [new Date(NOW + 5_000).toUTCString(), 5_000],
    [new Date(NOW - 5_000).toUTCString(), undefined],
    ['soon', undefined],
    ['-5', undefined],
  ])('of "%s" is %s milliseconds', (said, ms) => {
    expect(retryAfterMs({ headers: { 'retry-after': said } }, NOW)).toBe(ms);
  });
});
