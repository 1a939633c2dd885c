// Plain TCP, for trusted networks only: `--insecure` must have been said on both ends, which is checked before this is asked for.
import type { Link, Transport } from '../contract/link.ts';
import type { Arrival } from '../contract/reactor.ts';
import { addressText, connected, linkOf } from './link.ts';
import type { TransportOptions } from './options.ts';

export function tcpTransport({ reactor, limits }: TransportOptions): Transport {
  return {
    name: 'tcp',
    async dial(target, signal) {
      const pipe = await connected(reactor.dial(target, { timeoutMs: limits.linkConnectMs }), target, signal);
      return linkOf(pipe, { address: addressText(target), transport: 'tcp', exporter: undefined, trusted: false });
    },
  };
}

/** An agent that arrived without TLS. */
export function acceptTcp({ pipe, remote }: Arrival): Link {
  return linkOf(pipe, { address: addressText(remote), transport: 'tcp', exporter: undefined, trusted: false });
}
