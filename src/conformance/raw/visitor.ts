// A visitor that no client library would be.
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { Wire } from './wire.ts';

export interface Dialled {
  readonly port: number;
  /** Speaks TLS, with this server name and no wish to check the certificate. */
  readonly sni?: string | undefined;
}

/** A connection to loopback. */
export async function dial({ port, sni }: Dialled): Promise<Wire> {
  const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
  if (sni === undefined) {
    await once(socket, 'connect');
    return new Wire(socket);
  }
  const secured = connectTls({ socket, servername: sni, ALPNProtocols: ['http/1.1'], rejectUnauthorized: false });
  await once(secured, 'secureConnect');
  return new Wire(secured);
}
