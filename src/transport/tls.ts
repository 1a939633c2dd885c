// TCP with TLS 1.3 and the ALPN name `anpx/2`: the transport of choice. Knows nothing of keys and pins: whom to trust is
// decided by the session, so every certificate is taken and `peer.trusted` says what the system's authorities think of it.
import { ALPN_ANPX, type Link, type Transport } from '../contract/link.ts';
import type { Arrival } from '../contract/reactor.ts';
import { TransportError } from './error.ts';
import { addressText, connected, exporterOf, linkOf } from './link.ts';
import type { TransportOptions } from './options.ts';

export function tlsTransport({ reactor, limits, authorities }: TransportOptions): Transport {
  return {
    name: 'tls',
    async dial(target, signal) {
      const tls = { serverName: target.host, alpn: [ALPN_ANPX], verify: 'report', authorities } as const;
      const dialled = reactor.dial(target, { tls, timeoutMs: limits.linkConnectMs });
      const pipe = await connected(dialled, target, signal);
      const address = addressText(target);
      // A server that knows no ALPN answers all the same, and would take the first frames for a malformed request.
      if (pipe.secure?.alpn !== ALPN_ANPX) {
        pipe.reset();
        throw new TransportError('tls', `${address} speaks TLS, but not ${ALPN_ANPX}.`);
      }
      const { trusted, fault } = pipe.secure;
      return linkOf(pipe, { address, transport: 'tls', exporter: exporterOf(pipe), trusted, fault });
    },
  };
}

/** An agent that arrived with ALPN `anpx/2`. */
export function acceptTls({ pipe, remote }: Arrival): Link {
  return linkOf(pipe, {
    address: addressText(remote),
    transport: 'tls',
    exporter: exporterOf(pipe),
    trusted: false,
  });
}
