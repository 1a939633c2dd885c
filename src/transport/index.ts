// The transports there are. A new one is a file and a line here.
import type { Transport } from '../contract/link.ts';
import { autoTransport } from './auto.ts';
import type { TransportOptions } from './options.ts';
import { proxyFor } from './proxy.ts';
import { tcpTransport } from './tcp.ts';
import { tlsTransport } from './tls.ts';

const TRANSPORTS: ReadonlyMap<string, (options: TransportOptions) => Transport> = new Map([
  ['tls', tlsTransport],
  ['ws', webSocket],
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

/** Loaded at the first dial: most agents never need it. */
function webSocket(options: TransportOptions): Transport {
  return {
    name: 'ws',
    dial: async (target, signal) => {
      const { webSocketTransport } = await import('./websocket.ts');
      return webSocketTransport(options).dial(target, signal);
    },
  };
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
