// Bytes to and from the gateway's port, directly or through the proxy, with TLS where agents use it. For looking, not for links.
import { once } from 'node:events';
import { connect, isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type TLSSocket, connect as tlsConnect } from 'node:tls';
import { TunnelError } from '../../contract/errors.ts';
import { PipeDuplex } from '../../pipe/duplex.ts';
import { throughProxy } from '../../transport/http-connect.ts';
import { formatAddress } from '../address.ts';
import type { Patient } from './patient.ts';

/** Rejects with TK-4001 or TK-4004. */
export async function wayTo(patient: Patient, signal: AbortSignal): Promise<Duplex> {
  const [target, proxy, { insecure }] = await Promise.all([
    patient.credentials(),
    patient.proxy(),
    patient.agentSettings(),
  ]);
  const { reactor, limits, invocation } = patient;
  if (proxy) {
    const options = { reactor, limits, insecure, environment: invocation.env, chose: () => {} };
    const { pipe, initial } = await throughProxy(options, proxy, target, signal);
    return new PipeDuplex(pipe, { initial });
  }
  const socket = connect({ host: target.host, port: target.port, signal });
  return opened(socket, 'connect', formatAddress(target));
}

/** Takes any certificate: what it is, is for the caller to judge. Rejects with TK-4001 or TK-4004. */
export async function secureWayTo(patient: Patient, ALPNProtocols: string[], signal: AbortSignal): Promise<TLSSocket> {
  const target = await patient.credentials();
  const socket = await wayTo(patient, signal);
  const secured = tlsConnect({
    socket,
    servername: isIP(target.host) ? '' : target.host,
    ALPNProtocols,
    rejectUnauthorized: false,
  });
  signal.addEventListener('abort', () => secured.destroy());
  return opened(secured, 'secureConnect', `${formatAddress(target)} did not complete the TLS handshake`);
}

async function opened<S extends Duplex>(stream: S, event: string, seen: string): Promise<S> {
  try {
    await once(stream, event);
    // Errors to come are for whoever reads; without a listener they would end the process.
    stream.on('error', () => {});
    return stream;
  } catch (cause) {
    stream.on('error', () => {});
    const code = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new TunnelError('TK-4001', `${seen}: ${code}.`, { cause });
  }
}
