// The transports there are. A new one is a file and a line here.
import type { Transport } from '../contract/link.ts';
import { autoTransport } from './auto.ts';
import type { TransportOptions } from './options.ts';
import { proxyFor } from './proxy.ts';
import { tcpTransport } from './tcp.ts';
import { tlsTransport } from './tls.ts';
import { webSocketTransport } from './websocket.ts';

const TRANSPORTS: ReadonlyMap<string, (options: TransportOptions) => Transport> = new Map([
  ['tls', tlsTransport],
  ['ws', webSocketTransport],
  ['tcp', tcpTransport],
  ['auto', automatic],
]);

/** The transport of that name; undefined if there is none (yet). `tcp` only with `insecure`: the command line has seen to that. */
export function makeTransport(name: string, options: TransportOptions): Transport | undefined {
  return TRANSPORTS.get(name)?.(options);
}

export function transportNames(): string[] {
  return [...TRANSPORTS.keys()];
}

function automatic(options: TransportOptions): Transport {
  const { reactor, limits, environment, chose } = options;
  return autoTransport({
    first: makeTransport(options.insecure ? 'tcp' : 'tls', options)!,
    fallback: makeTransport('ws', options)!,
    clock: reactor.clock,
    limits,
    proxied: (target) => proxyFor(target, environment) !== undefined,
    chose,
  });
}
