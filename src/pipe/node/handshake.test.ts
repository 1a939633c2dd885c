import { type ConnectionOptions, connect as tlsConnect } from 'node:tls';
import { expect, test } from 'vitest';
import type { Certificate, ListenTls } from '../../contract/reactor.ts';
import { fixtureCertificate } from '../fixture.testkit.ts';
import { turns, untilInTurns } from '../world.testkit.ts';
import { RawWorld, type Seen, textOf } from './raw.testkit.ts';

const certificate = fixtureCertificate('localhost');
const TLS: ListenTls = { certificate: () => certificate, alpn: ['anpx/2', 'http/1.1'] };

function visit(world: RawWorld, port: number, options: ConnectionOptions): Seen {
  return world.hold(tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options }));
}

test('bytes that are no TLS close the connection, and the next one is served', async () => {
  const world = new RawWorld();
  const port = await world.listen(TLS);
  for (const bytes of [
    'GET / HTTP/1.1\r\n\r\n',
    'SSH-2.0-x\r\n',
    '\0\0\0\0\0\0\0\0\0\0\0',
    '\x16\x03\x01\0\x05hello',
  ]) {
    const peer = world.connect(port);
    peer.socket.write(bytes, 'latin1');
    await untilInTurns(() => peer.ended || peer.closed);
    expect(textOf(peer).length).toBeLessThan(20);
  }
  expect(world.arrivals).toEqual([]);
  visit(world, port, {});
  await untilInTurns(() => world.arrivals.length === 1);
});

test('a FIN or a reset in the handshake ends it', async () => {
  const world = new RawWorld({ tlsHandshakesPending: 1 });
  const port = await world.listen(TLS);
  for (const leave of ['end', 'resetAndDestroy'] as const) {
    const peer = world.connect(port);
    await untilInTurns(() => !peer.socket.connecting);
    await turns(5);
    peer.socket[leave]();
    await untilInTurns(() => peer.closed || peer.ended);
    await turns(5);
  }
  // Had one of them been kept, the only place would be taken.
  visit(world, port, {});
  await untilInTurns(() => world.arrivals.length === 1);
});

test('a handshake that takes too long is ended by the clock of the reactor', async () => {
  const world = new RawWorld({ tlsHandshakeMs: 10_000 });
  const peer = world.connect(await world.listen(TLS));
  await untilInTurns(() => !peer.socket.connecting);
  await turns(10);
  world.clock.advance(9_999);
  await turns(10);
  expect([peer.ended, peer.closed]).toEqual([false, false]);
  world.clock.advance(1);
  await untilInTurns(() => peer.ended || peer.closed);
});

test('a handshake that is done is ended by nothing', async () => {
  const world = new RawWorld();
  const peer = visit(world, await world.listen(TLS), {});
  await untilInTurns(() => world.arrivals.length === 1);
  world.clock.advance(60_000);
  await turns(10);
  expect([peer.ended, peer.closed, world.arrivals[0]?.pipe.cause]).toEqual([false, false, undefined]);
});

test('handshakes under way are counted: at the bound they wait, one past it is closed', async () => {
  const world = new RawWorld({ tlsHandshakesPending: 3 });
  const port = await world.listen(TLS);
  const peers = [world.connect(port), world.connect(port), world.connect(port)];
  await untilInTurns(() => peers.every(({ socket }) => !socket.connecting));
  await turns(10);
  const late = world.connect(port);
  await untilInTurns(() => late.ended || late.closed);
  expect(peers.map(({ ended, closed }) => ended || closed)).toEqual([false, false, false]);
  peers[0]?.socket.destroy();
  await turns(10);
  visit(world, port, {});
  await untilInTurns(() => world.arrivals.length === 1);
});

test('a lookup of certificates that throws, with a name or without, refuses that handshake only', async () => {
  const world = new RawWorld();
  const port = await world.listen({
    alpn: [],
    certificate: (name) => {
      if (name === 'localhost') return certificate;
      throw new Error('a defect');
    },
  });
  for (const servername of ['elsewhere.test', '']) {
    const peer = visit(world, port, { servername });
    await untilInTurns(() => peer.error !== undefined);
  }
  expect(world.arrivals).toEqual([]);
  expect(world.defects.map(String)).toContain('Error: a defect');
  visit(world, port, { servername: 'localhost' });
  await untilInTurns(() => world.arrivals.length === 1);
});

test('names of no kind that there is refuse their handshake at most, and throw nothing', async () => {
  const world = new RawWorld();
  const port = await world.listen({
    alpn: [],
    certificate: (name) => (name === 'localhost' ? certificate : undefined),
  });
  const names = [
    '__proto__',
    'constructor',
    'toString',
    'a\0b',
    '\0',
    'münchen.test',
    'a。b',
    'x'.repeat(255),
    '.',
    '..',
    '*',
  ];
  for (const servername of names) {
    const peer = visit(world, port, { servername });
    await untilInTurns(() => peer.error !== undefined || peer.closed);
  }
  expect([world.arrivals, world.defects]).toEqual([[], []]);
  visit(world, port, { servername: 'localhost' });
  await untilInTurns(() => world.arrivals.length === 1);
});

test('a renewed certificate serves the next handshake', async () => {
  let current: Certificate = certificate;
  const world = new RawWorld();
  const port = await world.listen({ alpn: [], certificate: () => current });
  const names: string[] = [];
  for (const next of [certificate, fixtureCertificate('other')]) {
    current = next;
    for (const servername of ['localhost', '']) {
      const socket = tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false, servername });
      const peer = world.hold(socket);
      await untilInTurns(() => socket.getPeerCertificate()?.subject !== undefined || peer.error !== undefined);
      names.push(String(socket.getPeerCertificate().subject?.CN));
    }
  }
  expect(names).toEqual(['localhost', 'localhost', 'other.test', 'other.test']);
});

test.each([
  ['TLSv1.3', 'anpx/2', true],
  ['TLSv1.2', 'anpx/2', false],
  ['TLSv1.2', 'http/1.1', true],
  ['TLSv1.1', 'http/1.1', false],
] as const)('%s with %s: arrives %s', async (version, alpn, arrives) => {
  const world = new RawWorld();
  const peer = visit(world, await world.listen(TLS), {
    minVersion: version,
    maxVersion: version,
    ALPNProtocols: [alpn],
    ciphers: 'DEFAULT@SECLEVEL=0',
  });
  await untilInTurns(() => world.arrivals.length > 0 || peer.closed || peer.ended);
  expect(world.arrivals.map(({ pipe }) => pipe.secure?.alpn)).toEqual(arrives ? [alpn] : []);
});

test('IPv4 through a dual-stack listener is given as IPv4', async () => {
  const world = new RawWorld();
  const port = await world.listen(undefined, { host: '::', port: 0 }).catch(() => world.listen());
  world.connect(port);
  await untilInTurns(() => world.arrivals.length === 1);
  expect([world.arrivals[0]?.remote.host, world.arrivals[0]?.local.host]).toEqual(['127.0.0.1', '127.0.0.1']);
});
