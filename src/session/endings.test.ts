import { beforeEach, describe, expect, it } from 'vitest';
import { STREAM_CODE } from '../contract/stream.ts';
import { FRAME } from '../protocol/frame.ts';
import { OPENER, streamId } from '../protocol/stream-id.ts';
import { RawWorld } from './raw-peer.testkit.ts';

const id = streamId(1, 0, OPENER.gateway);
const next = streamId(2, 0, OPENER.gateway);
const rst = (code: number) => Buffer.from([0, code]);
const BYTES = Buffer.from('bytes');

/** The table in `stream.ts`, row by row. The session accepts; a raw gateway opens. */
describe('a stream that this side accepted', () => {
  let world: RawWorld;
  beforeEach(async () => {
    world = await new RawWorld('agent', { limits: { streamWindowBytes: 8 }, memory: { bufferBytes: 4 } }).handshake();
    world.raw.open(id);
    await world.rest();
    world.raw.frames.length = 0;
  });
  const origin = () => world.origins[0]!;
  /** The slot is free: the next generation is taken, and nobody minds. */
  const expectFree = async (slots = 1) => {
    world.raw.open(next);
    await world.rest();
    expect(world.tells.end).toBeUndefined();
    expect(world.session.stats.streams).toBe(slots);
  };

  it('is over when both have said FIN, the peer first', async () => {
    world.raw.frame(FRAME.FIN, id);
    await world.rest();
    expect([origin().ended, world.session.stats.streams]).toEqual(['fin', 1]);
    origin().finish();
    await world.rest();
    expect(world.raw.names).toEqual(['FIN']);
    await expectFree();
  });

  it('is over when both have said FIN, this side first', async () => {
    origin().finish();
    await world.rest();
    expect([world.raw.names, world.session.stats.streams]).toEqual([['FIN'], 1]);
    world.raw.frame(FRAME.FIN, id);
    await world.rest();
    expect(origin().ended).toBe('fin');
    await expectFree();
  });

  it('answers RST with RST_ACK, and its pipe is reset', async () => {
    world.raw.frame(FRAME.RST, id, rst(STREAM_CODE.cancelled));
    await world.rest();
    expect([world.raw.names, origin().ended]).toEqual([['RST_ACK'], 'reset']);
    await expectFree();
  });

  it('answers RST also when it had said FIN', async () => {
    origin().finish();
    await world.rest();
    world.raw.frame(FRAME.RST, id, rst(STREAM_CODE.cancelled));
    await world.rest();
    expect(world.raw.names).toEqual(['FIN', 'RST_ACK']);
    await expectFree();
  });

  it('says RST when its pipe breaks, drops what comes, and is over with RST_ACK', async () => {
    origin().reset();
    await world.rest();
    expect(world.raw.last('RST')).toMatchObject({ stream: id, payload: rst(STREAM_CODE.originReset) });
    world.raw
      .frame(FRAME.DATA, id, BYTES)
      .frame(FRAME.CREDIT, id, Buffer.from([0, 0, 0, 1]))
      .frame(FRAME.FIN, id);
    await world.rest();
    expect(world.session.stats.streams).toBe(1);
    world.raw.frame(FRAME.RST_ACK, id);
    await world.rest();
    expect(world.raw.names).toEqual(['RST']);
    await expectFree();
  });

  it('takes an RST that crossed its own for the answer', async () => {
    origin().reset();
    await world.rest();
    world.raw.frame(FRAME.RST, id, rst(STREAM_CODE.cancelled));
    await world.rest();
    expect(world.raw.names).toEqual(['RST']);
    await expectFree();
  });

  it('takes the FIN of a peer that was done, where its own FIN came before the RST', async () => {
    origin().finish();
    await world.rest();
    origin().reset();
    await world.rest();
    expect(world.raw.names).toEqual(['FIN', 'RST']);
    world.raw.frame(FRAME.FIN, id);
    await world.rest();
    expect(world.session.stats.streams).toBe(0);
    await expectFree();
  });

  it('has its late frames dropped once it is over', async () => {
    origin().finish();
    world.raw.frame(FRAME.FIN, id);
    await world.rest();
    world.raw.frame(FRAME.RST, id, rst(STREAM_CODE.cancelled)).frame(FRAME.CREDIT, id, Buffer.from([0, 0, 0, 1]));
    await world.rest();
    await expectFree();
    world.raw.frame(FRAME.DATA, id, BYTES);
    await world.rest();
    expect(world.tells.end).toBeUndefined();
  });

  it('delivers what arrived whole into a slow pipe although it is over on the wire', async () => {
    origin().read(false);
    origin().finish();
    world.raw.frame(FRAME.DATA, id, Buffer.from('12345678')).frame(FRAME.FIN, id);
    await world.rest();
    expect(origin().ended).toBe('open');
    await expectFree(2);
    origin().read(true);
    await world.rest();
    expect([origin().received.toString(), origin().ended]).toEqual(['12345678', 'fin']);
  });

  it('delivers it even when the session is lost meanwhile', async () => {
    origin().read(false);
    origin().finish();
    world.raw.frame(FRAME.DATA, id, Buffer.from('12345678')).frame(FRAME.FIN, id);
    await world.rest();
    world.raw.close();
    await world.rest();
    expect(world.tells.end?.cause).toBe('link');
    origin().read(true);
    await world.rest();
    expect([origin().received.toString(), origin().ended]).toEqual(['12345678', 'fin']);
  });

  it('notices that its pipe breaks after END, and while it has no credit', async () => {
    origin().finish();
    await world.rest();
    origin().reset();
    await world.rest();
    expect(world.raw.names).toEqual(['FIN', 'RST']);
  });
});

describe('a stream that this side opened', () => {
  let world: RawWorld;
  beforeEach(async () => {
    world = await new RawWorld('gateway').handshake({ streamWindowBytes: 4, streamsMax: 2 });
  });
  const only = streamId(1, 0, OPENER.gateway);

  it('sends its first bytes behind OPEN, in one go', async () => {
    const { visitor } = world.visit();
    visitor.say('abcdefgh');
    await world.rest();
    expect(world.raw.names).toEqual(['OPEN', 'CREDIT', 'DATA']);
    expect(world.raw.last('DATA').payload.toString()).toBe('abcd');
  });

  it('has no more than the peer takes', async () => {
    expect([world.visit().stream?.id, world.visit().stream?.id]).toEqual([only, streamId(1, 1, OPENER.gateway)]);
    expect(world.visit().stream).toBeUndefined();
  });

  it('tells its visitor a reset, and uses the slot again once it has said RST_ACK', async () => {
    const { visitor } = world.visit();
    await world.rest();
    world.raw.frame(FRAME.RST, only, rst(STREAM_CODE.originRefused));
    await world.rest();
    expect([world.raw.names, visitor.ended]).toEqual([['OPEN', 'CREDIT', 'RST_ACK'], 'reset']);
    expect(world.visit().stream?.id).toBe(streamId(2, 0, OPENER.gateway));
  });

  it('is never heard of when its visitor leaves before OPEN could leave', async () => {
    const [near, far] = world.pair();
    const stream = world.session.open({ kind: 'tcp', exposure: 1, visitor: '' }, far);
    stream?.cancel(STREAM_CODE.cancelled);
    near.reset();
    await world.rest();
    expect([world.raw.names, world.session.stats.streams]).toEqual([[], 0]);
    world.visit();
    await world.rest();
    expect(world.raw.last('OPEN').stream).toBe(only);
  });

  it('notices that its visitor breaks while it has no credit', async () => {
    const { visitor } = world.visit();
    visitor.say('abcdefgh');
    await world.rest();
    visitor.reset();
    await world.rest();
    expect(world.raw.last('RST')).toMatchObject({ payload: rst(STREAM_CODE.cancelled) });
  });

  it('takes nothing from an origin that was not reached', async () => {
    world.visit();
    await world.rest();
    world.raw.frame(FRAME.DATA, only, BYTES);
    await world.rest();
    expect(world.tells.end).toMatchObject({ cause: 'protocol' });
  });

  it('is opened once', async () => {
    const { stream } = world.visit();
    await world.rest();
    expect(stream?.opened).toBe(false);
    world.raw.frame(FRAME.OPENED, only);
    await world.rest();
    expect(stream?.opened).toBe(true);
    world.raw.frame(FRAME.OPENED, only);
    await world.rest();
    expect(world.tells.end).toMatchObject({ cause: 'protocol' });
  });
});
