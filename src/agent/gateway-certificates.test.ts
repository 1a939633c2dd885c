// X33: what an agent that has no pin makes of certificates, over both ways in which it speaks TLS, and what it says of each.
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import type { Peer } from '../contract/link.ts';
import type { Secure } from '../contract/pipe.ts';
import { makeNodeReactor } from '../pipe/node/reactor.ts';
import { asShown, type Issued, issue, issueRoot } from '../transport/odd-certificates.testkit.ts';
import { secured } from '../transport/tls-over-stream.ts';
import { CASES, HOST } from './certificate-cases.testkit.ts';
import { GatewayCheck } from './gateway-trust.ts';

const limits = limitValues();
const reactor = makeNodeReactor(limits);
let root: Issued;
const closers: (() => void)[] = [];
beforeAll(async () => {
  root = await issueRoot();
});
afterAll(() => {
  for (const close of closers) close();
});

async function serverFor(issued: Issued): Promise<number> {
  const server = createServer({ ...(await asShown(issued)), ALPNProtocols: ['anpx/2', 'http/1.1'] }, (socket) =>
    socket.on('error', () => {}),
  );
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

type Seen = Pick<Secure, 'trusted' | 'fault'>;

/** By the reactor: the transport `tls`, and `ws` where no proxy stands between. */
async function dialled(port: number, serverName: string, authorities: readonly string[]): Promise<Seen> {
  const tls = { serverName, alpn: ['anpx/2'], verify: 'report', authorities } as const;
  const pipe = reactor.dial({ host: '127.0.0.1', port }, { tls, timeoutMs: 5_000 });
  closers.push(() => pipe.reset());
  await new Promise<void>((resolve) => {
    pipe.owner = { readable: resolve, writable: resolve };
    pipe.want(false, true);
  });
  const { trusted, fault } = pipe.secure ?? { trusted: false, fault: undefined };
  return { trusted, fault };
}

/** Inside a proxy's CONNECT. */
async function tunnelled(port: number, host: string, authorities: readonly string[]): Promise<Seen> {
  const inner = connect({ host: '127.0.0.1', port });
  closers.push(() => inner.destroy());
  const options = { reactor, limits, authorities, insecure: false, environment: {}, chose: () => {} };
  return secured(inner, { host, port }, options, new AbortController().signal);
}

function verdict(seen: Seen, pin?: string) {
  const trust = { pin, insecure: false, gatewayPin: () => 'sha256-x', remember: () => {} };
  const peer: Peer = { address: `${HOST}:443`, transport: 'ws', exporter: undefined, ...seen };
  return new GatewayCheck(trust, reactor.clock).check({ publicKey: Buffer.alloc(32), peer, bound: true });
}

describe.each([
  ['dialled', dialled],
  ['through a proxy', tunnelled],
] as const)('%s, without a pin', (_, reach) => {
  it.each(Object.keys(CASES))('%s', async (name) => {
    const { make, host = HOST, says } = CASES[name]!;
    const seen = await reach(await serverFor(await make(root)), host, [root.certificate.toString('pem')]);
    const found = verdict(seen);
    if (says === undefined) return expect(found).toBeUndefined();
    expect(found?.code).toBe('TK-1012');
    const said = found!.seen.replace(/ Its key has the pin sha256-x\.$/, '');
    if (typeof says === 'string') expect(said).toBe(says);
    else expect(said).toMatch(says);
    // With a pin the key decides, whatever certificate stands in front.
    expect(verdict(seen, 'sha256-x')).toBeUndefined();
  });
});

it('a session of TLS is not taken up again under another name', async () => {
  const port = await serverFor(await issue({ by: root, names: [HOST] }));
  const pem = [root.certificate.toString('pem')];
  for (const host of [HOST, 'other.example.test', HOST])
    expect((await dialled(port, host, pem)).trusted).toBe(host === HOST);
});
