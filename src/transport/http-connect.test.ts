import type { Socket } from 'node:net';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import type { Certificate } from '../contract/reactor.ts';
import { makeNodeReactor } from '../pipe/node/reactor.ts';
import { makeCertificate } from './certificate.testkit.ts';
import { startProxy } from './connect-proxy.testkit.ts';
import { startGateway } from './gateway.testkit.ts';
import { scriptedServer } from './held-server.testkit.ts';
import { throughProxy } from './http-connect.ts';
import type { TransportOptions } from './options.ts';
import { type ForwardProxy, parseProxy } from './proxy.ts';

const TARGET = { host: 'gate.example', port: 8443 };
const never = new AbortController().signal;
const limits = limitValues({ proxyHeadBytes: 1_024 });
const reactor = makeNodeReactor(limits);
let certificate: Certificate;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  certificate = await makeCertificate('127.0.0.1');
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function options(changes: Partial<TransportOptions> = {}): TransportOptions {
  return { reactor, limits, insecure: false, environment: {}, chose: () => {}, ...changes };
}

const at = (port: number, credentials = '') => parseProxy(`http://${credentials}127.0.0.1:${port}`);

/** A proxy that does with each connection what the test says. */
async function scripted(onConnection: (socket: Socket) => void): Promise<ForwardProxy> {
  const server = await scriptedServer(onConnection);
  closing.push(server.close);
  return at(server.port);
}

const answering = (answer: string) => scripted((socket) => socket.on('data', () => socket.write(answer)));

describe('a proxy', () => {
  it('is asked for the gateway by name, with the credentials as Basic', async () => {
    let request = '';
    const proxy = await scripted((socket) =>
      socket.on('data', (bytes) => {
        request += bytes;
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
      }),
    );
    const { pipe } = await throughProxy(options(), { ...proxy, authorization: 'Basic eDp5' }, TARGET, never);
    pipe.reset();
    expect(request).toBe(
      'CONNECT gate.example:8443 HTTP/1.1\r\nHost: gate.example:8443\r\nProxy-Authorization: Basic eDp5\r\n\r\n',
    );
  });

  it('may answer in single bytes, with fields, and with the first bytes behind its head', async () => {
    const answer = 'HTTP/1.0 299 Fine\r\nContent-Length: 5\r\nVia: x\r\n\r\nfirst';
    const proxy = await scripted((socket) => {
      socket.setNoDelay();
      socket.once('data', () => {
        for (const byte of answer) socket.write(byte);
      });
    });
    const { pipe, initial } = await throughProxy(options(), proxy, TARGET, never);
    expect('first'.startsWith(initial.toString())).toBe(true);
    expect(pipe.owner).toBeUndefined();
    pipe.reset();
  });

  it.each([
    ['HTTP/1.1 407 Proxy Authentication Required\r\n\r\n', 'refused', 'answered CONNECT with 407 (it wants a user and'],
    ['HTTP/1.1 403 Forbidden\r\n\r\n<p>secret page', 'refused', 'answered CONNECT with 403 (it forbids this)'],
    ['HTTP/1.1 502 Bad Gateway\r\n\r\n', 'refused', 'answered CONNECT with 502 for gate.example:8443.'],
    ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 'refused', 'answered CONNECT with 101'],
    ['HTTP/1.1 2000 OK\r\n\r\n', 'malformed', 'not HTTP'],
    ['SSH-2.0-x\r\n\r\n', 'malformed', 'not HTTP'],
    [`HTTP/1.1 200 OK\r\nX: ${'x'.repeat(2_000)}`, 'malformed', 'more than 1024 bytes'],
  ])('that answers %j is TK-4004, %s', async (answer, cause, seen) => {
    const failure = await throughProxy(options(), await answering(answer), TARGET, never).catch((error) => error);
    expect(failure).toMatchObject({ name: 'TransportError', code: 'TK-4004', cause });
    expect(failure.message).toContain(seen);
    expect(failure.message).not.toMatch(/secret|\n/);
  });

  it.each([
    ['ends', (socket: Socket) => socket.end(), 'truncated'],
    ['resets', (socket: Socket) => socket.resetAndDestroy(), 'reset'],
  ])('that %s the connection instead of answering is TK-4004', async (_, act, cause) => {
    const proxy = await scripted((socket) => socket.on('data', () => act(socket)));
    await expect(throughProxy(options(), proxy, TARGET, never)).rejects.toMatchObject({ code: 'TK-4004', cause });
  });

  it('that wants other credentials is TK-4004 and does not show those given', async () => {
    const proxy = await startProxy({ credentials: 'agent:right' });
    closing.push(proxy.close);
    const failure = await throughProxy(options(), at(proxy.port, 'agent:hunter2@'), TARGET, never).catch(
      (error) => error,
    );
    expect(failure).toMatchObject({ code: 'TK-4004' });
    expect(JSON.stringify([failure.message, failure.stack, failure])).not.toMatch(/hunter2|Basic|YWdlbnQ/);
  });

  it('that is not there, or never answers, is TK-4004', async () => {
    const gone = await startProxy();
    await gone.close();
    await expect(throughProxy(options(), at(gone.port), TARGET, never)).rejects.toMatchObject({
      code: 'TK-4004',
      cause: 'refused',
      seen: `The proxy 127.0.0.1:${gone.port} refused the connection.`,
    });
    const silent = await startProxy({ silent: true });
    closing.push(silent.close);
    const hasty = options({ limits: limitValues({ linkConnectMs: 100 }) });
    await expect(throughProxy(hasty, at(silent.port), TARGET, never)).rejects.toMatchObject({
      code: 'TK-4004',
      cause: 'timeout',
    });
  });

  it('is let go at once when the signal is aborted', async () => {
    const silent = await startProxy({ silent: true });
    closing.push(silent.close);
    const control = new AbortController();
    const asking = throughProxy(options(), at(silent.port), TARGET, control.signal);
    await expect.poll(() => silent.asked.length).toBe(1);
    control.abort();
    await expect(asking).rejects.toMatchObject({ cause: 'local', code: 'TK-4001' });
  });

  it('over TLS must have a trusted certificate, since it is told the password', async () => {
    const gateway = await startGateway(reactor, limits, certificate);
    const proxy = await startProxy({ certificate });
    closing.push(proxy.close, gateway.close);
    const hop = { ...at(proxy.port), secure: true };
    const target = { host: 'gate.example', port: gateway.port };
    await expect(throughProxy(options(), hop, target, never)).rejects.toMatchObject({ code: 'TK-4004', cause: 'tls' });
    expect(proxy.asked).toEqual([]);
    const { pipe } = await throughProxy(options({ authorities: [certificate.cert] }), hop, target, never);
    pipe.reset();
    expect(proxy.asked).toEqual([`gate.example:${gateway.port}`]);
  });
});
