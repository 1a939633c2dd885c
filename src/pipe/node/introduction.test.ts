// Headers of a balancer on real sockets: in pieces, glued to what follows, cut, late, too many.
import { connect as tlsConnect } from 'node:tls';
import { describe, expect, it } from 'vitest';
import type { LimitName } from '../../contract/limits.ts';
import { limitValues } from '../../contract/limits.ts';
import type { Pipe } from '../../contract/pipe.ts';
import type { ListenTls } from '../../contract/reactor.ts';
import { writeHeader } from '../../proxy-protocol/header.ts';
import { fixtureCertificate } from '../fixture.testkit.ts';
import { introductionSuite } from '../introduction.suite.ts';
import { introduction } from '../introduction.testkit.ts';
import { Listening } from '../owners.testkit.ts';
import { turns, untilInTurns } from '../world.testkit.ts';
import { RawWorld, type Seen, textOf } from './raw.testkit.ts';
import { makeNodeReactor } from './reactor.ts';

introductionSuite({ name: 'node', make: () => ({ reactor: makeNodeReactor(limitValues()), until: untilInTurns }) });

const certificate = fixtureCertificate('localhost');
const TLS: ListenTls = { certificate: () => certificate, alpn: ['http/1.1'] };
const V1 = writeHeader('v1', '192.0.2.7:50000', { host: '198.51.100.1', port: 443 });
const V2 = writeHeader('v2', '192.0.2.7:50000', { host: '198.51.100.1', port: 443 });
const VISITOR = { host: '192.0.2.7', port: 50_000 };

const isGone = ({ ended, closed, error }: Seen) => ended || closed || error !== undefined;

async function sendInPieces({ socket }: Seen, pieces: readonly Uint8Array[]): Promise<void> {
  for (const piece of pieces) await new Promise((sent) => socket.write(piece, sent));
}

describe.each([
  ['v1', V1],
  ['v2', V2],
])('a header %s', (_version, header) => {
  it('is read when it comes byte by byte, and nothing behind it is', async () => {
    const world = new RawWorld();
    const port = await world.listen(undefined, undefined, introduction());
    const peer = world.connect(port);
    await sendInPieces(
      peer,
      [...header].map((byte) => Uint8Array.of(byte)),
    );
    await untilInTurns(() => world.arrivals.length === 1);
    const reader = new Listening(world.arrivals[0]?.pipe as Pipe);
    peer.socket.end('GET / ');
    await untilInTurns(() => reader.end !== undefined);
    expect([world.arrivals[0]?.remote, reader.text]).toEqual([VISITOR, 'GET / ']);
  });

  it('is read when it is cut in two anywhere and glued to what follows', async () => {
    const world = new RawWorld();
    const port = await world.listen(undefined, undefined, introduction());
    for (let at = 1; at < header.length; at++) {
      const peer = world.connect(port);
      await sendInPieces(peer, [header.subarray(0, at)]);
      await turns(1);
      peer.socket.end(Buffer.concat([header.subarray(at), Buffer.from('PROXY UNKNOWN\r\n')]));
      await untilInTurns(() => world.arrivals.length === at);
      const reader = new Listening(world.arrivals[at - 1]?.pipe as Pipe);
      await untilInTurns(() => reader.end !== undefined);
      expect([world.arrivals[at - 1]?.remote, reader.text]).toEqual([VISITOR, 'PROXY UNKNOWN\r\n']);
    }
  });

  it('goes before TLS, in pieces and glued to the first words of the handshake', async () => {
    const world = new RawWorld();
    const port = await world.listen(TLS, undefined, introduction());
    for (const at of [1, 12, header.length - 1, header.length]) {
      const peer = world.connect(port);
      await sendInPieces(peer, [header.subarray(0, at)]);
      await turns(1);
      peer.socket.removeAllListeners('data').pause();
      // In one segment with what TLS says first.
      peer.socket.cork();
      peer.socket.write(header.subarray(at));
      const secured = tlsConnect({ socket: peer.socket, rejectUnauthorized: false, servername: 'localhost' });
      peer.socket.uncork();
      const seen = world.hold(secured);
      const before = world.arrivals.length;
      await untilInTurns(() => world.arrivals.length > before || isGone(seen));
      const { pipe, remote, introducer } = world.arrivals.at(-1)!;
      expect([remote, introducer?.host, pipe.secure?.sni]).toEqual([VISITOR, '127.0.0.1', 'localhost']);
      const reader = new Listening(pipe);
      secured.end('hello');
      await untilInTurns(() => reader.end !== undefined);
      expect(reader.text).toBe('hello');
    }
  });

  it('that is cut ends the connection, told once; whoever says nothing is not told of', async () => {
    for (const tls of [undefined, TLS]) {
      const heard = introduction();
      const world = new RawWorld();
      const port = await world.listen(tls, undefined, heard);
      for (const part of [header.subarray(0, 0), header.subarray(0, 13)]) {
        const peer = world.connect(port);
        peer.socket.end(part);
        await untilInTurns(() => isGone(peer));
      }
      expect([heard.faults, world.arrivals]).toEqual([['cut'], []]);
    }
  });
});

describe('a connection without its header', () => {
  it.each([
    ['plain', undefined],
    ['TLS', TLS],
  ])('is closed when its time is over: %s', async (_how, tls) => {
    const bounds: LimitName[] = [];
    const heard = introduction();
    const world = new RawWorld({ proxyHeaderMs: 5_000 }, (limit) => bounds.push(limit));
    const peer = world.connect(await world.listen(tls, undefined, heard));
    await sendInPieces(peer, [V1.subarray(0, 20)]);
    await turns(10);
    world.clock.advance(4_999);
    await turns(10);
    expect(isGone(peer)).toBe(false);
    world.clock.advance(1);
    await untilInTurns(() => isGone(peer));
    expect([bounds, heard.faults]).toEqual([['proxyHeaderMs'], ['late']]);
  });

  it('waits among so many and no more', async () => {
    const bounds: LimitName[] = [];
    const world = new RawWorld({ proxyHeadersPending: 2 }, (limit) => bounds.push(limit));
    const port = await world.listen(undefined, undefined, introduction());
    const peers = [world.connect(port), world.connect(port)];
    await untilInTurns(() => peers.every(({ socket }) => !socket.connecting));
    await turns(10);
    const late = world.connect(port);
    await untilInTurns(() => isGone(late));
    expect([peers.map(isGone), bounds]).toEqual([[false, false], ['proxyHeadersPending']]);
    await sendInPieces(peers[0]!, [V2]);
    await untilInTurns(() => world.arrivals.length === 1);
    const next = world.connect(port);
    await sendInPieces(next, [V2]);
    await untilInTurns(() => world.arrivals.length === 2);
  });

  it('of TLS gets no answer of TLS', async () => {
    const heard = introduction();
    const world = new RawWorld();
    const port = await world.listen(TLS, undefined, heard);
    const peer = world.hold(tlsConnect({ port, host: '127.0.0.1', rejectUnauthorized: false }));
    await untilInTurns(() => isGone(peer));
    expect([textOf(peer), heard.faults, world.arrivals]).toEqual(['', ['missing'], []]);
  });
});
