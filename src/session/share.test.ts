// Windows of streams that share what may wait for them, as those of one visitor's connection do.
import { beforeEach, describe, expect, it } from 'vitest';
import type { Pipe } from '../contract/pipe.ts';
import { FRAME } from '../protocol/frame.ts';
import { OPENER, streamId } from '../protocol/stream-id.ts';
import { RawWorld } from './raw-peer.testkit.ts';
import { Talker } from './talker.testkit.ts';

const LIMITS = { streamWindowBytesLeast: 100, streamWindowBytes: 400, streamWindowBytesMax: 1_600 };
const slot = (n: number) => streamId(1, n, OPENER.gateway);

let world: RawWorld;
let left: number;
const share = {
  take(bytes: number) {
    const taken = Math.min(bytes, left);
    left -= taken;
    return taken;
  },
  giveBack(bytes: number) {
    left += bytes;
  },
};
beforeEach(async () => {
  left = 500;
  world = await new RawWorld('gateway', { limits: LIMITS, memory: { bufferBytes: 10 } }).handshake();
});

async function visit(changes: Partial<Pipe> = { share }): Promise<Talker> {
  const [near, far] = world.pair();
  world.session.open({ kind: 'tcp', exposure: 1, visitor: '' }, Object.assign(far, changes));
  await world.rest();
  return new Talker(near);
}

const credits = () => world.raw.all('CREDIT').map(({ payload }) => payload.readUInt32BE(0));

describe('a stream that this side opens', () => {
  it('is granted behind its OPEN what it has beyond the least', async () => {
    await visit({});
    expect([world.raw.names, credits()]).toEqual([['OPEN', 'CREDIT'], [300]]);
  });

  it('is granted what the share has left, and no less than the least', async () => {
    const [, , visitor] = [await visit(), await visit(), await visit()];
    expect([credits(), left]).toEqual([[300, 200], 0]);
    visitor.read(false);
    const last = slot(2);
    world.raw.frame(FRAME.OPENED, last).frame(FRAME.DATA, last, Buffer.alloc(100));
    await world.rest();
    expect(world.session.stats.overflowBytes).toBeGreaterThan(0);
    world.raw.frame(FRAME.DATA, last, Buffer.alloc(1));
    await world.rest();
    expect(world.tells.end?.detail).toMatch(/more than was granted/);
  });

  it('grows out of the share while its reader drains, and gives all of it back at its end', async () => {
    const visitor = await visit();
    world.raw.frame(FRAME.OPENED, slot(0)).frame(FRAME.DATA, slot(0), Buffer.alloc(200));
    await world.rest();
    // It held something up, so this grant does not widen it; the next one does, by what is left of the share.
    world.raw.frame(FRAME.DATA, slot(0), Buffer.alloc(5));
    for (let i = 0; i < 40; i += 1) {
      await world.rest();
      world.raw.frame(FRAME.DATA, slot(0), Buffer.alloc(5));
    }
    await world.rest();
    expect(left).toBe(0);
    world.raw.frame(FRAME.FIN, slot(0));
    visitor.finish();
    await world.rest();
    expect([left, world.session.stats.streams]).toEqual([500, 0]);
  });

  it('gives it back when it is reset, too', async () => {
    const visitor = await visit();
    expect(left).toBe(200);
    visitor.reset();
    await world.rest();
    expect(left).toBe(500);
  });
});
