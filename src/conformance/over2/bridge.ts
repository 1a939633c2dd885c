// A front whose visitors are asked to speak HTTP/1 and are heard in HTTP/2: every case plays over it as it is written.
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, createServer as createTlsServer, type TLSSocket } from 'node:tls';
import { type Front, identity } from '../fronts/front.ts';
import { Conversation } from './conversation.ts';

const HOST = '127.0.0.1';
const LISTEN = { allowHalfOpen: true, noDelay: true } as const;

/** Over TLS where the visitor comes over TLS, with the server name that it says; by prior knowledge elsewhere. */
export async function over2(front: Front): Promise<Front> {
  const open = new Set<Duplex>();
  const meet = (scheme: 'http' | 'https', dial: (visitor: Socket) => Duplex) => (visitor: Socket) => {
    const line = dial(visitor);
    for (const end of [visitor, line]) {
      open.add(end);
      end.once('close', () => open.delete(end));
    }
    new Conversation(visitor, line, scheme);
  };
  const plain = createServer(
    LISTEN,
    meet('http', () => connect({ host: HOST, port: front.http2Port, noDelay: true })),
  );
  const secure = createTlsServer(
    { ...LISTEN, ...identity() },
    meet('https', (visitor) => secured(front, visitor)),
  );
  const [port, securePort] = [await listen(plain), await listen(secure)];
  return {
    ...front,
    port,
    securePort,
    close: async () => {
      for (const server of [plain, secure]) server.close();
      for (const end of open) end.destroy();
      await front.close();
    },
  };
}

function secured(front: Front, visitor: Socket): Duplex {
  return connectTls({
    host: HOST,
    port: front.securePort,
    servername: String((visitor as TLSSocket).servername),
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
  });
}

async function listen(server: Server): Promise<number> {
  server.listen(0, HOST);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
