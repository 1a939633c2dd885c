import { PipeDuplex } from '../../pipe/duplex.ts';
import type { OriginPlace } from '../target.ts';
import { makeFileServer } from './files.ts';
import { HttpPool } from './http-pool.ts';
import { Http2Connections } from './http2/connections.ts';
import type { Origin, OriginParts } from './origin.ts';
import { makeTcpOrigin } from './tcp.ts';
import { makeUdpOrigin } from './udp.ts';

type Makers = {
  readonly [Type in OriginPlace['type']]: (place: OriginPlace & { type: Type }, parts: OriginParts) => Origin;
};

/** Every kind of origin, one line each. */
const ORIGINS: Makers = {
  tcp: makeTcpOrigin,
  udp: makeUdpOrigin,
  http: makeHttpOrigin,
  directory: makeDirectoryOrigin,
};

/** Throws TK-2008 for a directory that is not there. */
export function makeOrigin(place: OriginPlace, parts: OriginParts): Origin {
  return (ORIGINS[place.type] as (place: OriginPlace, parts: OriginParts) => Origin)(place, parts);
}

function makeHttpOrigin({ at, authority, tls }: OriginPlace & { type: 'http' }, parts: OriginParts): Origin {
  const dialer = (alpn: string) => (visitor: string) =>
    parts.dial(at, {
      timeoutMs: parts.limits.originConnectMs,
      tls: tls && { ...tls, alpn: [alpn] },
      preamble: parts.introduce?.(visitor),
    });
  const http2 = new Http2Connections(dialer('h2'), tls === undefined ? 'http' : 'https', parts);
  return new HttpPool(dialer('http/1.1'), authority, parts, http2);
}

function makeDirectoryOrigin({ path }: OriginPlace & { type: 'directory' }, parts: OriginParts): Origin {
  const server = makeFileServer(path, parts.hidden, parts.limits);
  const connect = () => {
    const [ours, theirs] = parts.pair();
    server.connect(new PipeDuplex(theirs));
    return ours;
  };
  return new HttpPool(connect, 'localhost', parts);
}
