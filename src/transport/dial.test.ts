import type { AddressInfo, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import type { Transport } from '../contract/link.ts';
import type { Certificate } from '../contract/reactor.ts';
import { makeNodeReactor } from '../pipe/node/reactor.ts';
import type { Choice } from './auto.ts';
import { makeCertificate } from './certificate.testkit.ts';
import { startProxy } from './connect-proxy.testkit.ts';
import { startGateway } from './gateway.testkit.ts';
import { scriptedServer } from './held-server.testkit.ts';
import { makeTransport, transportNames } from './index.ts';
import { startNginx } from './nginx.testkit.ts';
import type { TransportOptions } from './options.ts';
import { startRelay } from './relay.testkit.ts';

const never = new AbortController().signal;
const limits = limitValues();
const reactor = makeNodeReactor(limits);
let certificate: Certificate;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  certificate = await makeCertificate('127.0.0.1', 'gate.example');
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

function transport(name: string, changes: Partial<TransportOptions> = {}): Transport {
  return makeTransport(name, { reactor, limits, insecure: false, environment: {}, chose: () => {}, ...changes })!;
}

const here = (port: number) => ({ host: '127.0.0.1', port });

/** A port where each connection is treated as the test says. */
async function scripted(onConnection: (socket: Socket) => void): Promise<number> {
  const server = await scriptedServer(onConnection);
  closing.push(server.close);
  return server.port;
}

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const port = await scripted(() => {});
  await closing.pop()?.();
  return port;
}

describe('the table of transports', () => {
  it('has what is built, and undefined for the rest', () => {
    expect(transportNames()).toEqual(['tls', 'ws', 'tcp', 'auto']);
    for (const name of transportNames()) expect(transport(name).name).toBe(name);
    for (const name of ['h2', 'quic', '', 'constructor', '__proto__']) expect(transport(name)).toBeUndefined();
  });
});

describe.each(['tls', 'ws', 'tcp', 'auto'])('dialling over %s', (name) => {
  it('is refused where nobody listens', async () => {
    const port = await closedPort();
    await expect(transport(name).dial(here(port), never)).rejects.toMatchObject({
      name: 'TransportError',
      code: 'TK-4001',
      cause: 'refused',
      message: expect.stringMatching(new RegExp(`^[^\\n]*127\\.0\\.0\\.1:${port} refused the connection\\.$`)),
    });
  });

  it('fails as dns where the name does not resolve', async () => {
    const target = { host: 'gate.invalid', port: 1 };
    await expect(transport(name).dial(target, never)).rejects.toMatchObject({ code: 'TK-4002', cause: 'dns' });
  });
});

describe.each(['tls', 'ws'])('dialling over %s', (name) => {
  it('fails in time where nobody answers', async () => {
    const port = await scripted(() => {});
    const hasty = transport(name, { limits: limitValues({ linkConnectMs: 100 }) });
    await expect(hasty.dial(here(port), never)).rejects.toMatchObject({ code: 'TK-4001', cause: 'timeout' });
  });

  it('fails as tls where something else answers', async () => {
    const port = await scripted((socket) => socket.end('SSH-2.0-other\r\n'));
    await expect(transport(name).dial(here(port), never)).rejects.toMatchObject({ code: 'TK-4001', cause: 'tls' });
  });

  it('lets the connection go when the signal is aborted', async () => {
    const control = new AbortController();
    const gone = Promise.withResolvers<void>();
    const port = await scripted((socket) => {
      socket.on('close', () => gone.resolve());
      socket.on('data', () => control.abort());
    });
    await expect(transport(name).dial(here(port), control.signal)).rejects.toMatchObject({ cause: 'local' });
    await gone.promise;
  });

  it('makes the link whatever the certificate is, and says whether it is trusted', async () => {
    const gateway = await startGateway(reactor, limits, certificate);
    closing.push(gateway.close);
    for (const [authorities, trusted] of [
      [undefined, false],
      [[certificate.cert], true],
    ] as const) {
      const link = await transport(name, { authorities }).dial(here(gateway.port), never);
      expect(link.peer.trusted).toBe(trusted);
      link.reset();
    }
  });
});

describe('dialling over tls', () => {
  it('fails where TLS is spoken, but no anpx/2', async () => {
    const server = createTlsServer(certificate, (socket) => socket.on('error', () => {}));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(async () => void (await new Promise((resolve) => server.close(resolve))));
    const { port } = server.address() as AddressInfo;
    await expect(transport('tls').dial(here(port), never)).rejects.toMatchObject({
      cause: 'tls',
      seen: `127.0.0.1:${port} speaks TLS, but not anpx/2.`,
    });
  });
});

describe('dialling over ws', () => {
  const insecure = (changes: Partial<TransportOptions> = {}) => transport('ws', { insecure: true, ...changes });

  it('asks for the reserved path like an agent, and not like a browser', async () => {
    let request = '';
    const port = await scripted((socket) =>
      socket.on('data', (bytes) => {
        request += bytes;
        socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n');
      }),
    );
    await expect(insecure().dial(here(port), never)).rejects.toMatchObject({
      cause: 'refused',
      seen: `127.0.0.1:${port} answered the upgrade with 404.`,
    });
    expect(request).toMatch(/^GET \/\.tunnelkit\/link HTTP\/1\.1\r\n/);
    expect(request).toMatch(new RegExp(`^Host: 127\\.0\\.0\\.1:${port}\\r$`, 'm'));
    expect(request).toMatch(/^Sec-WebSocket-Protocol: anpx\.2\r$/m);
    expect(request).not.toMatch(/^(Origin|Sec-WebSocket-Extensions):/im);
  });

  it.each([
    ['an answer that is not HTTP', 'SSH-2.0-other\r\n\r\n', 'malformed'],
    [
      'an answer without the accept key',
      'HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
      'malformed',
    ],
    ['no answer but an end', '', 'truncated'],
  ])('fails with %s', async (_, answer, cause) => {
    const port = await scripted((socket) => socket.on('data', () => socket.end(answer)));
    await expect(insecure().dial(here(port), never)).rejects.toMatchObject({ name: 'TransportError', cause });
  });

  it('fails in time where the upgrade is not answered', async () => {
    const port = await scripted(() => {});
    const hasty = insecure({ limits: limitValues({ linkConnectMs: 100 }) });
    await expect(hasty.dial(here(port), never)).rejects.toMatchObject({ cause: 'timeout' });
  });

  it.each([
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
    ['ends', (socket: Socket) => socket.end()],
    ['talks nonsense', (socket: Socket) => socket.end('nonsense\r\n')],
  ])('fails as tls where what a proxy leads to %s', async (_, act) => {
    const port = await scripted((socket) => socket.on('data', () => act(socket)));
    const proxy = await startProxy();
    closing.push(proxy.close);
    const environment = { HTTPS_PROXY: `127.0.0.1:${proxy.port}` };
    const dialling = transport('ws', { environment }).dial({ host: 'gate.example', port }, never);
    await expect(dialling).rejects.toMatchObject({ code: 'TK-4001', cause: expect.stringMatching(/tls|reset/) });
  });

  it.each([
    ['TLS', false, false],
    ['the upgrade', true, false],
    ['TLS behind a proxy', false, true],
    ['the upgrade behind a proxy', true, true],
  ])('is given up when the signal is aborted during %s', async (_, insecurely, proxied) => {
    const control = new AbortController();
    const port = await scripted((socket) => socket.on('data', () => control.abort()));
    const proxy = await startProxy();
    closing.push(proxy.close);
    const environment = proxied ? { HTTPS_PROXY: `127.0.0.1:${proxy.port}` } : {};
    const dialling = transport('ws', { environment, insecure: insecurely }).dial(
      { host: proxied ? 'gate.example' : '127.0.0.1', port },
      control.signal,
    );
    await expect(dialling).rejects.toMatchObject({ name: 'TransportError', cause: 'local' });
    expect(proxy.asked.length).toBe(proxied ? 1 : 0);
  });
});

describe('auto on a real network', () => {
  it('finds its way through an nginx that knows no anpx/2', async () => {
    const gateway = await startGateway(reactor, limits, undefined);
    const nginx = await startNginx(gateway.port, certificate);
    const relay = await startRelay({ path: nginx.path });
    closing.push(relay.close, nginx.close, gateway.close);
    const choices: Choice[] = [];
    const auto = transport('auto', { chose: (choice) => choices.push(choice) });
    const link = await auto.dial(here(relay.port), never);
    expect(link.peer.transport).toBe('ws');
    expect(choices).toEqual([
      { chosen: 'ws', why: `tls: 127.0.0.1:${relay.port} did not complete the TLS handshake.` },
    ]);
    link.reset();
  });

  it('takes ws at once where a proxy applies', async () => {
    const gateway = await startGateway(reactor, limits, certificate);
    const proxy = await startProxy();
    closing.push(proxy.close, gateway.close);
    const environment = { https_proxy: `http://127.0.0.1:${proxy.port}` };
    const choices: Choice[] = [];
    const auto = transport('auto', { environment, chose: (choice) => choices.push(choice) });
    const link = await auto.dial({ host: 'gate.example', port: gateway.port }, never);
    expect(choices).toEqual([{ chosen: 'ws', why: 'A proxy stands before the gateway.' }]);
    expect(proxy.asked).toEqual([`gate.example:${gateway.port}`]);
    link.reset();
  });

  it('takes tcp where TLS was waived', async () => {
    const gateway = await startGateway(reactor, limits, undefined, 'tcp');
    closing.push(gateway.close);
    const link = await transport('auto', { insecure: true }).dial(here(gateway.port), never);
    expect(link.peer.transport).toBe('tcp');
    link.reset();
  });
});
