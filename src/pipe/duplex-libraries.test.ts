// The libraries that PipeDuplex is for, run over it.
import { once } from 'node:events';
import { Agent, createServer, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { createSecureContext, TLSSocket, connect as tlsConnect } from 'node:tls';
import { expect, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { PipeDuplex } from './duplex.ts';
import { fixtureCertificate } from './fixture.testkit.ts';
import { makePair } from './memory/pair.ts';
import { keyedArena } from './owners.testkit.ts';

/** Small enough that every head and frame is split. */
function duplexes(bufferBytes = 19): readonly [PipeDuplex, PipeDuplex] {
  const [near, far] = makePair(setImmediate, bufferBytes);
  return [new PipeDuplex(near), new PipeDuplex(far, { remote: { host: '192.0.2.7', port: 4711 } })];
}

test('node:tls runs over it, both ways', async () => {
  const { cert, key } = fixtureCertificate('localhost');
  const [near, far] = duplexes();
  const server = new TLSSocket(far, { isServer: true, secureContext: createSecureContext({ cert, key }) });
  const client = tlsConnect({ socket: near, servername: 'localhost', ca: cert });
  await once(client, 'secureConnect');
  expect(client.authorized).toBe(true);
  const long = keyedArena(5, 40_000).bytes;
  client.write('question');
  expect(String((await once(server, 'data'))[0])).toBe('question');
  server.end(long);
  expect((await buffer(client)).equals(long)).toBe(true);
});

test('node:http serves over it: keep-alive, uploads, and Connection: close', async () => {
  const server = createServer(async (asked, answer) => {
    const body = await buffer(asked);
    answer.setHeader('x-visitor', `${asked.socket.remoteAddress}:${asked.socket.remotePort}`);
    answer.end(`${asked.method} ${asked.url} ${body.length}`);
  });
  const [near, far] = duplexes(1_000);
  server.emit('connection', far);
  class OneStream extends Agent {
    override createConnection(): Duplex {
      return near;
    }
  }
  const agent = new OneStream({ keepAlive: true, maxSockets: 1 });
  const ask = async (path: string, body: Buffer, connection: string): Promise<string> => {
    const asked = request({ agent, path, method: 'POST', headers: { connection } });
    asked.end(body);
    const [answer] = await once(asked, 'response');
    return `${await text(answer)} ${answer.headers['x-visitor']}`;
  };
  expect(await ask('/one', keyedArena(1, 100_000).bytes, 'keep-alive')).toBe('POST /one 100000 192.0.2.7:4711');
  expect(await ask('/two', Buffer.alloc(3), 'close')).toBe('POST /two 3 192.0.2.7:4711');
  if (!far.closed) await once(far, 'close');
  if (!near.closed) await once(near, 'close');
});

test('ws runs over it, and closes cleanly', async () => {
  const gateway = new WebSocketServer({ noServer: true });
  const server = createServer().on('upgrade', (asked, socket, head) => {
    gateway.handleUpgrade(asked, socket, head, (arrived) => {
      arrived.on('message', (data) => arrived.send(data, { binary: true }));
    });
  });
  const [near, far] = duplexes();
  server.emit('connection', far);
  const client = new WebSocket('ws://localhost/', { createConnection: () => near as never });
  await once(client, 'open');
  const long = keyedArena(9, 30_000).bytes;
  client.send(long);
  const [echo] = await once(client, 'message');
  expect(long.equals(echo)).toBe(true);
  client.close(1000);
  const [code] = await once(client, 'close');
  expect(code).toBe(1000);
  if (!far.closed) await once(far, 'close');
});
