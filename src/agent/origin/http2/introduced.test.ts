// Origins over HTTP/2 that are told whose each connection is (T9): a visitor's requests share one, and nobody else's do.
import { once } from 'node:events';
import { createServer as createHttp2, type Http2Server } from 'node:http2';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { httpOrigin } from '../http-origin.testkit.ts';
import { introducer } from '../introduce.ts';
import type { Origin } from '../origin.ts';
import { request, Visit } from '../visit.testkit.ts';

const ANN = '192.0.2.7:50000';
const BOB = '192.0.2.8:50000';
/** What rests does so for as long as a test takes. */
const LIMITS = { originKeepAliveMs: 600_000 };
const CALL = request({ method: 'POST', fields: ['Content-Type', 'application/grpc'] });

let http2: Http2Server;
/** Takes the header off each connection, and passes on what follows. */
let front: Server;
let lines: string[];
const sockets = new Set<Socket>();
const portOf = (server: Server | Http2Server) => (server.address() as AddressInfo).port;

function hold(socket: Socket): Socket {
  sockets.add(socket);
  return socket.on('error', () => {}).on('close', () => sockets.delete(socket));
}

beforeEach(async () => {
  lines = [];
  http2 = createHttp2((_asked, answer) => answer.end('good'));
  front = createServer((visitor) => {
    hold(visitor).once('data', (first: Buffer) => {
      const end = first.indexOf('\r\n') + 2;
      lines.push(first.toString('latin1', 0, end));
      const onward = hold(connect(portOf(http2), '127.0.0.1'));
      onward.write(first.subarray(end));
      visitor.pipe(onward).pipe(visitor);
    });
  });
  for (const server of [http2, front]) await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  front.close();
  http2.close();
});

const ask = async (origin: Origin, visitor: string) => (await new Visit(origin, CALL, { visitor }).answer).body;
const said = () => lines.map((line) => line.split(' ')[2]);

it('one connection for each visitor, named in its header', async () => {
  const { origin } = httpOrigin(portOf(front), LIMITS, { introduce: introducer('v1') });
  const asked = [ANN, BOB, ANN, BOB, ANN].map((visitor) => ask(origin, visitor));
  expect(await Promise.all(asked)).toEqual(new Array(5).fill('good'));
  expect(said().toSorted()).toEqual(['192.0.2.7', '192.0.2.8']);
  expect(await ask(origin, ANN)).toBe('good');
  expect(lines).toHaveLength(2);
});

it('no more of them are kept at rest than the limit', async () => {
  const { origin } = httpOrigin(portOf(front), { ...LIMITS, originIdlePipes: 1 }, { introduce: introducer('v1') });
  for (const visitor of [ANN, BOB, ANN, BOB]) expect(await ask(origin, visitor)).toBe('good');
  // Ann's is kept, so Bob's is closed each time.
  expect(said()).toEqual(['192.0.2.7', '192.0.2.8', '192.0.2.8']);
});
