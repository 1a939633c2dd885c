// Frames in any order, with any flags and damaged bytes, over real connections: whatever a visitor sends nothing is thrown, the
// others are served, and nothing stays behind.
import fc from 'fast-check';
import { afterAll, beforeAll, expect } from 'vitest';
import { FLAG, FramePeer, frame, number32, PREFACE, settings, TYPE } from '../../conformance/raw/frame-peer.ts';
import { encode, encodeIndexed } from '../../conformance/raw/hpack.ts';
import { fuzzes } from '../../fuzz.testkit.ts';
import { echo, Http2World } from './http2-world.testkit.ts';

let world: Http2World;
beforeAll(async () => {
  world = await Http2World.start();
});
afterAll(() => world.close());

const payloads: readonly Buffer[] = [
  encode(echo()),
  encode(echo({ ':method': 'POST' }, ['content-length', '3'])),
  encode(echo({ ':method': 'CONNECT', ':protocol': 'websocket' })),
  encode([['x-trailer', 'y']]),
  encodeIndexed('x', 'y'),
  Buffer.from('abc'),
  Buffer.alloc(0),
  number32(8),
  number32(65_535),
  settings([
    [4, 0],
    [1, 0],
  ]),
  Buffer.alloc(8),
];
const anyFrame = fc
  .tuple(
    fc.constantFrom(...Object.values(TYPE), 0xee),
    fc.constantFrom(
      0,
      FLAG.endStream,
      FLAG.endHeaders,
      FLAG.endHeaders | FLAG.endStream,
      FLAG.padded,
      FLAG.priority,
      0xff,
    ),
    fc.constantFrom(0, 1, 1, 3, 5, 7, 2),
    fc.constantFrom(...payloads),
  )
  .map((parts) => frame(...parts));
const damage = fc.record({ at: fc.nat(2_000), to: fc.nat(255) });

fuzzes('the fuzzer of HTTP/2 finds no frames that throw, stop the others, or leave anything behind', {
  of: [
    'ingress/http2/connection.ts',
    'ingress/http2/conduct.ts',
    'ingress/http2/request-head.ts',
    'http/frame-scanner.ts',
  ],
  input: fc.tuple(fc.array(anyFrame, { maxLength: 12 }), fc.array(damage, { maxLength: 2 }), fc.boolean()),
  runs: 150,
  outcomes: ['goes on'],
  async look([frames, damages, cut]) {
    const { way } = world;
    const bytes = Buffer.concat(frames);
    for (const { at, to } of damages) if (bytes.length > 0) bytes[at % bytes.length] = to;
    const peer = FramePeer.open(way.port).send(bytes);
    const good = FramePeer.open(way.port).headers(1, echo());
    expect((await good.ended(1)).end).toBe('end');
    const ended = peer.over;
    if (cut) peer.close();
    else peer.socket.end(PREFACE);
    good.close();
    await way.until(() => way.test.gate.visitors === 0 || peer.over);
    peer.close();
    await way.until(() => way.test.gate.visitors === 0);
    expect([way.test.faults, way.relay.status().sessions.length]).toEqual([[], 1]);
    return ended ? 'ended' : 'goes on';
  },
});
