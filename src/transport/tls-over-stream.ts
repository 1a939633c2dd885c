// TLS inside a stream that is there already, a proxy's CONNECT: the reactor secures only what it dials.

import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { EXPORTER_BYTES, EXPORTER_LABEL, type GatewayTarget } from '../contract/link.ts';
import type { CertificateFault, PipeCause } from '../contract/pipe.ts';
import { ClientContexts } from '../pipe/client-contexts.ts';
import { faultOf, identityError } from '../pipe/server-identity.ts';
import { broken } from './link.ts';
import type { TransportOptions } from './options.ts';

/** Of the whole process: nothing is read before the first dial through a proxy. */
const contexts = new ClientContexts();

export interface SecuredStream {
  readonly stream: TLSSocket;
  readonly exporter: Buffer;
  readonly trusted: boolean;
  readonly fault: CertificateFault | undefined;
}

/** Takes any certificate, as `tls.ts` does, and says in `trusted` whether it verified. Rejects with a TransportError. */
export function secured(
  inner: Duplex,
  target: GatewayTarget,
  { reactor, limits, authorities }: TransportOptions,
  signal: AbortSignal,
): Promise<SecuredStream> {
  const { promise, resolve, reject } = Promise.withResolvers<SecuredStream>();
  const stream = connect({
    socket: inner,
    host: target.host,
    servername: isIP(target.host) ? '' : target.host,
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: false,
    checkServerIdentity: identityError,
    secureContext: contexts.of(authorities ?? [], 'TLSv1.2'),
  });
  const fail = (cause: PipeCause) => {
    reject(broken(cause, target));
    stream.destroy();
    inner.destroy();
  };
  const abort = () => fail('local');
  const timer = reactor.clock.after(limits.linkConnectMs, () => fail('timeout'));
  signal.addEventListener('abort', abort);
  if (signal.aborted) abort();
  // Stays: an error of the stream after the handshake is told again by whatever runs on it.
  stream.on('error', () => fail('tls'));
  inner.on('error', () => fail('tls'));
  stream.on('secureConnect', () => {
    const exporter = stream.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
    const fault = faultOf(stream);
    resolve({ stream, exporter, trusted: stream.authorized, fault });
  });
  return promise.finally(() => {
    timer.cancel();
    signal.removeEventListener('abort', abort);
  });
}
