// Where a dial goes, in Node's words, and where it has got to.
import type { LookupFunction, Socket, SocketConnectOpts } from 'node:net';
import type { Address, HostPort } from '../../contract/reactor.ts';
import { plainHost } from './socket.ts';

/** RFC 6761 §6.3: these names are loopback, whatever the resolver says; development servers listen on one of the two only. */
const lookupLoopback: LookupFunction = (_name, options, found) => {
  const both = [
    { address: '::1', family: 6 },
    { address: '127.0.0.1', family: 4 },
  ];
  if (options.all) found(null, both);
  else found(null, '127.0.0.1', 4);
};

function isLoopbackName(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost');
}

export function place(to: Address): SocketConnectOpts {
  if ('path' in to) return { path: to.path };
  const lookup = isLoopbackName(to.host) ? { lookup: lookupLoopback } : {};
  return { host: to.host, port: to.port, autoSelectFamily: true, ...lookup };
}

/** A Unix socket has no address. */
export function peerOf({ remoteAddress, remotePort }: Socket): HostPort | undefined {
  return remotePort === undefined ? undefined : { host: plainHost(remoteAddress), port: remotePort };
}
