import { describe, expect, it } from 'vitest';
import { FRAME } from '../protocol/frame.ts';
import { OPENER, streamId } from '../protocol/stream-id.ts';
import { type RawPeer, RawWorld } from './raw-peer.testkit.ts';

const NONCE = Buffer.alloc(4, 1);
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
/** Streams of a raw gateway towards a session that is an agent. */
const first = streamId(1, 0, OPENER.gateway);
const second = streamId(2, 0, OPENER.gateway);
const other = streamId(1, 1, OPENER.gateway);
const ours = streamId(1, 0, OPENER.agent);
const RST = Buffer.from([0, 1]);

/** What a peer does to an established session that must end it: never by a throw, always with TK-4009 and a reason. */
const ENDS_SESSION: Record<string, (raw: RawPeer) => void> = {
  'a type that does not exist': (raw) => raw.frame(0x7f),
  'type 0': (raw) => raw.frame(0),
  'HELLO a second time': (raw) => raw.hello(),
  'PROOF a second time': (raw) => raw.proof(),
  'WELCOME a second time': (raw) => raw.welcome(),
  'EXPOSE from a gateway': (raw) => raw.frame(FRAME.EXPOSE, 0, Buffer.from([1, 0, 4, 0, 0, 0, 1])),
  'EXPOSED without a kind': (raw) => raw.frame(FRAME.EXPOSED, 0, Buffer.from([1, 0, 4, 0, 0, 0, 1])),
  'GOAWAY with a cut tag': (raw) => raw.frame(FRAME.GOAWAY, 0, Buffer.from([1, 0])),
  'DATA of the session': (raw) => raw.frame(FRAME.DATA, 0, NONCE),
  'PING of a stream': (raw) => raw.frame(FRAME.PING, first, NONCE),
  'PING of five bytes': (raw) => raw.frame(FRAME.PING, 0, Buffer.alloc(5)),
  'PONG of no bytes': (raw) => raw.frame(FRAME.PONG),
  'DATA of no bytes': (raw) => raw.open(first).frame(FRAME.DATA, first),
  'DATA longer than a frame may be': (raw) => raw.open(first).frame(FRAME.DATA, first, NONCE, 262_145),
  'a head longer than a control frame may be': (raw) => raw.open(first).frame(FRAME.HEAD, first, NONCE, 65_537),
  'DATA of a stream that was never opened': (raw) => raw.frame(FRAME.DATA, first, NONCE),
  'FIN of a stream that was never opened': (raw) => raw.frame(FRAME.FIN, other),
  'CREDIT for a stream of ours that was never opened': (raw) => raw.frame(FRAME.CREDIT, ours, u32(1)),
  'a generation that is not there yet': (raw) => raw.open(first).frame(FRAME.DATA, second, NONCE),
  'a stream that begins with its second generation': (raw) => raw.open(second),
  'a slot that is in use': (raw) => raw.open(first).open(second),
  'a stream opened twice': (raw) => raw.open(first).open(first),
  'a stream opened under our own number': (raw) => raw.open(ours),
  'a slot above the bound': (raw) => raw.open(streamId(1, 8, OPENER.gateway)),
  'OPENED from the opener': (raw) => raw.open(first).frame(FRAME.OPENED, first),
  'a CREDIT of 0': (raw) => raw.open(first).frame(FRAME.CREDIT, first, u32(0)),
  'a CREDIT above 2^31': (raw) => raw.open(first).frame(FRAME.CREDIT, first, u32(0x8000_0000)),
  'CREDITs that add up to more than 2^31': (raw) => raw.open(first).frame(FRAME.CREDIT, first, u32(0x7fff_ffff)),
  'more DATA than was granted': (raw) => raw.open(first).frame(FRAME.DATA, first, NONCE, 1_025),
  'RST_ACK of no reset': (raw) => raw.open(first).frame(FRAME.RST_ACK, first),
  'RST of one byte': (raw) => raw.open(first).frame(FRAME.RST, first, Buffer.from([1])),
  'DATA behind FIN': (raw) => raw.open(first).frame(FRAME.FIN, first).frame(FRAME.DATA, first, NONCE),
  'a second FIN': (raw) => raw.open(first).frame(FRAME.FIN, first).frame(FRAME.FIN, first),
  'a datagram that was not agreed on': (raw) => raw.open(first).frame(FRAME.DATAGRAM, first, NONCE),
};

const limits = { streamWindowBytes: 1_024, sessionStreams: 8 };

describe('an established session', () => {
  for (const [what, act] of Object.entries(ENDS_SESSION)) {
    it(`ends with a code after ${what}`, async () => {
      const world = await new RawWorld('agent', { limits }).handshake();
      // What the peer said first stays where the proofs can find it.
      world.raw.frames.push({ name: 'HELLO', stream: 0, payload: Buffer.alloc(0) });
      act(world.raw);
      await world.rest();
      expect(world.tells.end).toMatchObject({ cause: 'protocol' });
      expect(world.raw.goaway).toMatchObject({ code: 'TK-4009', permanent: false });
      expect(world.raw.goaway?.seen).not.toBe('');
      world.reactor.advance(2_000);
      await world.rest();
      expect([world.arenas.lent, world.tells.ends, world.raw.ended]).toEqual([0, 1, 'fin']);
    });
  }

  it.each([
    ['an HTTP client', 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['an ANPX/1 peer', 'ANPX\u0001\u0001\u0000\u0000'],
    ['a flag that is not known', 'ANPX\u0002\u0001\u0000\u0000'],
  ])('never comes of the first bytes of %s', async (_who, bytes) => {
    const world = new RawWorld('gateway');
    world.raw.bytes(bytes);
    await world.rest();
    expect(world.tells.end).toMatchObject({ cause: 'protocol' });
    expect(world.raw.names).toEqual(['HELLO']);
  });

  it.each(['PING', 'OPEN', 'GOAWAY', 'PROOF', 'DATA'] as const)('never comes of %s before HELLO', async (name) => {
    const world = new RawWorld('gateway');
    world.raw.preface().frame(FRAME[name], name === 'OPEN' || name === 'DATA' ? ours : 0, NONCE);
    await world.rest();
    expect(world.tells.end?.cause).toBe('protocol');
    expect(world.raw.names).toEqual(['HELLO']);
  });
});

describe('floods', () => {
  it('of resets end the session at one more than the bound in a second', async () => {
    const flood = async (resets: number) => {
      const world = await new RawWorld('agent', { limits: { ...limits, sessionResetsPerSecond: 50 } }).handshake();
      for (let generation = 1; generation <= resets; generation++) {
        const id = streamId(generation, 0, OPENER.gateway);
        world.raw.open(id).frame(FRAME.RST, id, RST);
        world.reactor.run();
      }
      await world.rest();
      return { end: world.tells.end?.detail, acks: world.raw.all('RST_ACK').length };
    };
    expect(await flood(50)).toEqual({ end: undefined, acks: 50 });
    expect((await flood(51)).end).toMatch(/too many resets/);
  });

  it('of offences, which make us reset, count like resets', async () => {
    const world = await new RawWorld('agent', { limits: { ...limits, sessionResetsPerSecond: 5 } }).handshake();
    for (let slot = 0; slot < 6; slot++) {
      const id = streamId(1, slot, OPENER.gateway);
      world.raw.open(id).frame(FRAME.TRAILERS, id, Buffer.from([0, 0]));
    }
    await world.rest();
    expect(world.tells.end?.detail).toMatch(/too many resets/);
  });

  it('of pings end the session at one more than the bound in a second', async () => {
    const flood = async (pings: number) => {
      const world = await new RawWorld('agent').handshake();
      for (let i = 0; i < pings; i++) world.raw.frame(FRAME.PING, 0, NONCE);
      await world.rest();
      return world.tells.end?.detail;
    };
    expect(await flood(20)).toBeUndefined();
    expect(await flood(21)).toMatch(/too many pings/);
  });

  it('of pings that arrive together are answered once', async () => {
    const world = await new RawWorld('agent').handshake();
    world.raw.frame(FRAME.PING, 0, u32(7));
    for (let i = 0; i < 10; i++) world.raw.bytes(Buffer.from([0, 0, 4, FRAME.PING, 0, 0, 0, 0, 0, 0, 0, 8]));
    await world.rest();
    const pongs = world.raw.all('PONG');
    expect(pongs.at(-1)?.payload).toEqual(u32(8));
    expect(pongs.length).toBeLessThan(11);
  });

  it('of exposures that nobody reads the answers to end the session', async () => {
    const world = await new RawWorld('gateway', {
      limits: { sessionExposures: 4 },
      memory: { bufferBytes: 1_000 },
      arenaBytes: 70_000,
    }).handshake();
    world.raw.deaf();
    for (let i = 0; i < 200 && world.tells.end === undefined; i++) {
      world.session.send({ type: 'expose-refused', id: i, code: 'TK-1005', seen: 'x'.repeat(500) });
      world.reactor.run();
    }
    expect(world.tells.end).toMatchObject({ cause: 'protocol' });
    expect(world.tells.end?.detail).toMatch(/more messages wait/);
  });
});
