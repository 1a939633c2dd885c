import { limitValues } from '../contract/limits.ts';
import type { Transport } from '../contract/link.ts';
import { makeNodeReactor } from '../pipe/node/reactor.ts';
import { makeCertificate } from './certificate.testkit.ts';
import { startProxy } from './connect-proxy.testkit.ts';
import { startGateway } from './gateway.testkit.ts';
import { makeTransport } from './index.ts';
import { startNginx } from './nginx.testkit.ts';
import type { TransportOptions } from './options.ts';
import { startRelay } from './relay.testkit.ts';
import { type Ground, transportSuite } from './transport.suite.ts';

const limits = limitValues();
const reactor = makeNodeReactor(limits);
const certificate = await makeCertificate('127.0.0.1', 'gate.example');

function transport(name: string, options: Partial<TransportOptions> = {}): Transport {
  return makeTransport(name, { reactor, limits, insecure: false, environment: {}, chose: () => {}, ...options })!;
}

/** The agent and the gateway with nothing but a cable between them. */
async function directGround(name: string, secure: boolean): Promise<Ground> {
  const gateway = await startGateway(reactor, limits, secure ? certificate : undefined, name === 'tcp' ? 'tcp' : 'ws');
  const relay = await startRelay({ port: gateway.port });
  return {
    transport: transport(name, { insecure: !secure }),
    target: { host: '127.0.0.1', port: relay.port },
    next: gateway.next,
    cut: relay.cut,
    close: async () => void (await Promise.all([relay.close(), gateway.close()])),
  };
}

async function proxiedGround(secureHop: boolean): Promise<Ground> {
  const gateway = await startGateway(reactor, limits, certificate);
  const proxy = await startProxy({ credentials: 'agent:s3cret', ...(secureHop ? { certificate } : {}) });
  const url = `${secureHop ? 'https' : 'http'}://agent:s3cret@127.0.0.1:${proxy.port}`;
  return {
    transport: transport('ws', { environment: { HTTPS_PROXY: url }, authorities: [certificate.cert] }),
    target: { host: 'gate.example', port: gateway.port },
    next: gateway.next,
    cut: proxy.cut,
    close: async () => void (await Promise.all([proxy.close(), gateway.close()])),
  };
}

async function nginxGround(): Promise<Ground> {
  const gateway = await startGateway(reactor, limits, undefined);
  const nginx = await startNginx(gateway.port, certificate);
  const relay = await startRelay({ path: nginx.path });
  return {
    transport: transport('ws'),
    target: { host: '127.0.0.1', port: relay.port },
    next: gateway.next,
    cut: relay.cut,
    close: async () => void (await Promise.all([relay.close(), nginx.close(), gateway.close()])),
  };
}

const HALF = { halfClose: true } as const;
const WHOLE = { halfClose: false } as const;

transportSuite('tls', { ...HALF, exporter: 'equal' }, () => directGround('tls', true));
transportSuite('tcp', { ...HALF, exporter: 'none' }, () => directGround('tcp', false));
transportSuite('ws', { ...WHOLE, exporter: 'equal' }, () => directGround('ws', true));
transportSuite('ws without TLS', { ...WHOLE, exporter: 'none' }, () => directGround('ws', false));
transportSuite('ws through a proxy', { ...WHOLE, exporter: 'equal' }, () => proxiedGround(false));
transportSuite('ws through a proxy over TLS', { ...WHOLE, exporter: 'equal' }, () => proxiedGround(true));
transportSuite('ws through nginx', { ...WHOLE, exporter: 'dialled' }, nginxGround);
