// The load against the bench's own origin, through a relay that does to the bytes what a bad tunnel might.
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { listenEcho, listenHttp } from '../origin/own.ts';
import type { Order } from './orders.ts';
import { carryOut } from './worker.ts';

/** What becomes of bytes that came at `offset`. */
type Deed = (bytes: Buffer, offset: number) => Buffer;

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

const portOf = (server: Server) => (server.address() as { readonly port: number }).port;

async function listen(serve: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    serve(socket);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return portOf(server);
}

async function origin(start: () => Promise<Server>): Promise<number> {
  const server = await start();
  servers.push(server);
  return portOf(server);
}

function pass(from: Socket, to: Socket, deed: Deed): void {
  let offset = 0;
  from.on('data', (bytes) => {
    to.write(deed(bytes as Buffer, offset));
    offset += bytes.length;
  });
  from.on('close', () => to.destroy());
}

/** A tunnel of one process. */
const relay = (port: number, down: Deed, up: Deed = (bytes) => bytes): Promise<number> =>
  listen((visitor) => {
    const inner = connect(port, '127.0.0.1');
    sockets.add(inner);
    inner.on('error', () => visitor.destroy());
    pass(inner, visitor, down);
    pass(visitor, inner, up);
  });

const order = (kind: Exclude<Order['kind'], 'idle'>, port: number, visitors = 2): Order => ({
  kind,
  at: { host: '127.0.0.1', port },
  visitors,
  seconds: 0.1,
  settleMs: 20,
  hostHeader: 'origin',
});

const honest: Deed = (bytes) => bytes;
/** After some megabytes of a download, in the middle of an upload. */
const FAR = 3_000_000;
const near = (bytes: Buffer, offset: number) => offset <= FAR && FAR < offset + bytes.length;

const flip: Deed = (bytes, offset) => {
  if (near(bytes, offset)) bytes[FAR - offset]! ^= 0x40;
  return bytes;
};
const lose: Deed = (bytes, offset) => (near(bytes, offset) ? bytes.subarray(0, -1) : bytes);
const double: Deed = (bytes, offset) => (near(bytes, offset) ? Buffer.concat([bytes, bytes]) : bytes);

describe('the load', () => {
  it.each(['requests', 'connections', 'download', 'upload'] as const)('counts %s that come through', async (kind) => {
    const port = await relay(await origin(listenHttp), honest);
    const { amount, seconds } = await carryOut(order(kind, port));
    expect(amount).toBeGreaterThan(0);
    expect(seconds).toBeGreaterThan(0.05);
  });

  it('counts round trips, and keeps as many idle visitors as asked', async () => {
    const echo = await origin(listenEcho);
    expect((await carryOut(order('pingpong', echo, 1))).times.length).toBeGreaterThan(0);
    let open = 0;
    const port = await listen((socket) => {
      open += 1;
      socket.on('close', () => (open -= 1)).pipe(socket);
    });
    for (const visitors of [70, 3, 5, 0]) {
      await carryOut({ kind: 'idle', at: { host: '127.0.0.1', port }, visitors });
      await expect.poll(() => open).toBe(visitors);
    }
  });

  it.each([
    ['a download with one changed bit', 'download', flip, honest, /byte \d+ of a body is not the one/],
    ['a download with a lost byte', 'download', lose, honest, /byte \d+ of a body is not the one/],
    ['a download with doubled bytes', 'download', double, honest, /byte \d+ of a body is not the one/],
    ['an upload with one changed bit', 'upload', honest, flip, /400 Bad upload: byte \d+/],
    ['an upload with doubled bytes', 'upload', honest, double, /400 Bad upload: byte \d+/],
  ] as const)('notices %s', async (_, kind, down, up, message) => {
    const port = await relay(await origin(listenHttp), down, up);
    await expect(carryOut(order(kind, port, 1))).rejects.toThrow(message);
  });

  it.each([
    ['an error page', 'HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n', /the answer was "HTTP\/1.1 502/],
    ['another body', 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhullo\n', /not the one that was sent/],
    ['a longer body', 'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nhello\n!', /not the one that was sent/],
    ['two answers', 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n'.repeat(2), /an answer that nobody asked for/],
    ['no HTTP', '\r\n\r\n', /the answer was ""/],
  ])('takes %s for a failure', async (_, text, message) => {
    const port = await listen((socket) => socket.on('data', () => socket.write(text)));
    await expect(carryOut(order('requests', port, 1))).rejects.toThrow(message);
  });

  it.each([
    ['before an answer', ''],
    ['in the middle of a head', 'HTTP/1.1 200 OK\r\nCont'],
    ['in the middle of a body', 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhel'],
  ])('takes an end %s for a failure', async (_, text) => {
    const port = await listen((socket) => socket.on('data', () => socket.end(text)));
    for (const kind of ['requests', 'connections'] as const)
      await expect(carryOut(order(kind, port, 1))).rejects.toThrow(/ended before its answer was complete/);
  });

  it('fails when nobody listens', async () => {
    const port = await listen(() => {});
    servers.pop()!.close();
    await expect(carryOut(order('requests', port))).rejects.toThrow(/ECONNREFUSED/);
  });
});
