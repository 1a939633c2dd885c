// Frames in any order, with any flags and damaged bytes, over real connections: whatever a visitor sends nothing is thrown, the
// others are served, and nothing stays behind.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { FLAG, FramePeer, frame, number32, PREFACE, settings, TYPE } from '../../conformance/raw/frame-peer.ts';
import { encode, encodeIndexed } from '../../conformance/raw/hpack.ts';
import { echo, Http2World } from './http2-world.testkit.ts';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0);
const SEED = process.env.FUZZ_SEED === undefined ? {} : { seed: Number(process.env.FUZZ_SEED) };
const BUDGET = {
  ...SEED,
  ...(SECONDS > 0 ? { numRuns: 1e9, interruptAfterTimeLimit: SECONDS * 1_000 } : { numRuns: 150 }),
};
const timeout = 60_000 + SECONDS * 1_000;

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

it('finds no frames that throw, stop the others, or leave anything behind', { timeout }, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyFrame, { maxLength: 12 }),
      fc.array(damage, { maxLength: 2 }),
      fc.boolean(),
      async (frames, damages, cut) => {
        const bytes = Buffer.concat(frames);
        for (const { at, to } of damages) if (bytes.length > 0) bytes[at % bytes.length] = to;
        const peer = FramePeer.open(world.way.port).send(bytes);
        const good = FramePeer.open(world.way.port).headers(1, echo());
        expect((await good.ended(1)).end).toBe('end');
        if (cut) peer.close();
        else peer.socket.end(PREFACE);
        good.close();
        await world.way.until(() => world.way.test.gate.visitors === 0 || peer.over);
        peer.close();
        await world.way.until(() => world.way.test.gate.visitors === 0);
        expect(world.way.test.faults).toEqual([]);
      },
    ),
    BUDGET,
  );
  expect(world.way.relay.status().sessions).toHaveLength(1);
});
