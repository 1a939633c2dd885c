// Fuzzed and truncated byte streams to every listener of a gateway: it lives, and it keeps nothing of them.
import { connect as connectPlain, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INSPECTED, Inspector } from './inspect.testkit.ts';
import { type Gateway, ROOT, World } from './program.testkit.ts';
import { visit } from './visit.testkit.ts';

/** In each of four rounds. `make volume` takes 500. */
const STREAMS = Number(process.env.HOSTILE_STREAMS ?? 250);
const AT_ONCE = 50;
/** What collections leave differs by this much from one to the next without any stream: measured up to 0.15 MB, with room. */
const NOISE_BYTES = 500_000;

const SEEDS = [
  'GET / HTTP/1.1\r\nHost: a.localhost\r\nAccept: */*\r\n\r\n',
  'POST /x HTTP/1.1\r\nHost: a.localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'POST /x HTTP/1.1\r\nHost: a.localhost\r\nContent-Length: 10\r\n\r\n0123456789',
  'GET /.tunnelkit/link HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: anpx.2\r\n\r\n',
  'ANPX\x02\x00\x00\x00\x00\x00\x40\x01\x00\x00\x00\x00'.padEnd(90, '\x07'),
  '\x16\x03\x01\x00\xc8\x01\x00\x00\xc4\x03\x03'.padEnd(210, '\x31'),
].map((text) => Buffer.from(text, 'latin1'));

/** Mulberry32: small, and the same for a seed everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A seed with some bytes changed, cut anywhere. */
function stream(next: () => number): Buffer {
  const bytes = Buffer.from(SEEDS[Math.floor(next() * SEEDS.length)]!);
  for (let changes = Math.floor(next() * 4); changes > 0; changes--)
    bytes[Math.floor(next() * bytes.length)] = Math.floor(next() * 256);
  return bytes.subarray(0, 1 + Math.floor(next() * bytes.length));
}

/** Sends and leaves: with FIN or RST, as chance has it. Resolves when the connection is over on this side. */
async function send(dial: () => Socket, bytes: Buffer, ends: 'fin' | 'rst'): Promise<void> {
  const socket = dial();
  socket.on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resume();
  socket.write(bytes, () => (ends === 'fin' ? socket.end() : socket.destroy()));
  socket.on('end', () => socket.end());
  await closed;
}

describe('byte streams from strangers', () => {
  const world = new World();
  let gateway: Gateway;
  let inspector: Inspector;
  let exposed: URL;
  beforeAll(async () => {
    gateway = await world.serve(['--insecure'], INSPECTED);
    inspector = await Inspector.attach(gateway.running);
    const echo = world.start('echo', process.execPath, [`${ROOT}/fixtures/origins/tcp-echo.js`, '0']);
    const [port] = await echo.line(/\d+/);
    exposed = (await world.expose(`tcp://127.0.0.1:${port}`)).url;
  });
  afterAll(async () => {
    inspector.close();
    await world.close();
  });

  const at = (address: string) => ({ host: '127.0.0.1', port: Number(address.split(':').at(-1)) });
  const tls = (address: string, ALPNProtocols: string[]) => () =>
    connectTls({ ...at(address), ALPNProtocols, rejectUnauthorized: false });
  const listeners = (): Record<string, () => Socket> => ({
    http: () => connectPlain(at(gateway.ready.http)),
    'https, raw': () => connectPlain(at(gateway.ready.https)),
    'https, inside TLS': tls(gateway.ready.https, ['http/1.1']),
    'agents, inside TLS': tls(gateway.ready.https, ['anpx/2']),
    admin: () => connectPlain(at(gateway.ready.admin)),
    'admin, Unix socket': () => connectPlain({ path: world.path('data/tunnelkit/admin.sock') }),
    'a TCP exposure': () => connectPlain(at(exposed.host)),
  });

  async function campaign(dial: () => Socket, seed: number): Promise<void> {
    const next = random(seed);
    for (let sent = 0; sent < STREAMS; sent += AT_ONCE) {
      const batch = Array.from({ length: AT_ONCE }, () => [stream(next), next() < 0.5 ? 'fin' : 'rst'] as const);
      await Promise.all(batch.map(([bytes, ends]) => send(dial, bytes, ends)));
    }
  }

  it.each([
    'http',
    'https, raw',
    'https, inside TLS',
    'agents, inside TLS',
    'admin',
    'admin, Unix socket',
    'a TCP exposure',
  ])('to %s leave nothing behind', async (name) => {
    const dial = listeners()[name]!;
    const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
    const held: number[] = [];
    for (let round = 0; round <= 3; round++) {
      await campaign(dial, seed + round);
      held.push(await inspector.held());
    }
    console.log(
      `${name}: seed ${seed}, held after each round ${held.map((bytes) => (bytes / 1e6).toFixed(2)).join(', ')} MB`,
    );
    expect(held[3]! - held[2]!).toBeLessThan(NOISE_BYTES);
    const reply = await visit(new URL(`http://nobody.localhost:${at(gateway.ready.http).port}/`));
    expect(reply.status).toBe(404);
  });
});
