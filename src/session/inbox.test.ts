import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import { Pool } from '../pipe/arena.ts';
import { FRAME, frameBounds } from '../protocol/frame.ts';
import { OPENER, streamId } from '../protocol/stream-id.ts';
import { type FrameSink, Inbox } from './inbox.ts';
import { PieceLink } from './link.testkit.ts';
import { Outbox } from './outbox.ts';

const limits = limitValues({ controlFrameBytes: 600, frameBytes: 5_000 });
const crc = (bytes: Buffer, at: number, length: number) => crc32(bytes.subarray(at, at + length));
const id = streamId(1, 0, OPENER.agent);

interface Sent {
  readonly type: number;
  readonly payload: Buffer;
}

function bytesOf(frames: readonly Sent[], checked: boolean): Buffer {
  const outbox = new Outbox(new Pool(1 << 20, 1));
  outbox.preface();
  if (checked) outbox.checksum(crc);
  for (const { type, payload } of frames) {
    payload.copy(outbox.arena.bytes, outbox.payloadAt);
    outbox.frame(type, type === FRAME.PING ? 0 : id, payload.length);
  }
  const link = new PieceLink();
  outbox.flush(link.pipe);
  return link.taken;
}

/** What was handed on: whole frames, and of DATA the header and all bytes. */
class Notes implements FrameSink {
  readonly heard: string[] = [];
  parts = 0;
  #data = '';

  frame(type: number, stream: number, bytes: Buffer, at: number, length: number): void {
    this.heard.push(`${type} ${stream} ${bytes.toString('hex', at, at + length)}`);
  }
  dataBegins(stream: number, length: number): void {
    this.heard.push(`data ${stream} ${length}`);
    this.#data = '';
  }
  data(from: { bytes: Buffer }, at: number, length: number): void {
    this.parts++;
    this.#data += from.bytes.toString('hex', at, at + length);
    if (this.heard.at(-1)?.startsWith('bytes ')) this.heard.pop();
    this.heard.push(`bytes ${this.#data}`);
  }
}

function receive(bytes: Buffer, piece: () => number, checked: boolean): Notes {
  const notes = new Notes();
  const pool = new Pool(1_000, 1);
  const inbox = new Inbox(notes, frameBounds(limits, checked), 100);
  if (checked) inbox.checksum(crc, frameBounds(limits, true));
  inbox.handTo(notes, pool);
  const link = new PieceLink(bytes, piece);
  while (link.pipe.more) inbox.pull(link.pipe);
  expect(pool.idle).toBe(1);
  return notes;
}

const sent = fc.oneof(
  fc.record({ type: fc.constant<number>(FRAME.PING), payload: fc.uint8Array({ minLength: 4, maxLength: 4 }) }),
  fc.record({ type: fc.constant<number>(FRAME.HEAD), payload: fc.uint8Array({ maxLength: 600 }) }),
  fc.record({ type: fc.constant<number>(FRAME.FIN), payload: fc.constant(new Uint8Array()) }),
  fc.record({ type: fc.constant<number>(FRAME.DATA), payload: fc.uint8Array({ minLength: 1, maxLength: 800 }) }),
);
const frames = fc.array(
  sent.map(({ type, payload }) => ({ type, payload: Buffer.from(payload) })),
  { maxLength: 12 },
);

describe('an inbox', () => {
  it.each([false, true])('hands on the same frames in any split (checksums: %s)', (checked) => {
    fc.assert(
      fc.property(frames, fc.infiniteStream(fc.integer({ min: 1, max: 90 })), (script, sizes) => {
        const bytes = bytesOf(script, checked);
        const whole = receive(bytes, () => bytes.length, checked).heard;
        expect(whole.filter((line) => !line.startsWith('bytes')).length).toBe(script.length);
        expect(receive(bytes, () => 1, checked).heard).toEqual(whole);
        expect(receive(bytes, () => sizes.next().value ?? 1, checked).heard).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  it('hands on DATA as it comes, and with checksums whole', () => {
    const script = [{ type: FRAME.DATA, payload: Buffer.alloc(700, 1) }];
    expect(receive(bytesOf(script, false), () => 100, false).parts).toBeGreaterThan(5);
    expect(receive(bytesOf(script, true), () => 100, true).parts).toBe(1);
  });

  it('reads no more of a stranger than it is allowed', () => {
    const notes = new Notes();
    const inbox = new Inbox(notes, frameBounds(limits, false), 100);
    const link = new PieceLink(bytesOf([{ type: FRAME.HEAD, payload: Buffer.alloc(500) }], false));
    expect(() => inbox.pull(link.pipe)).toThrow(/before the peer was known/);
    expect([inbox.received, notes.heard]).toEqual([100, []]);
  });

  it('goes on with what a stranger had said when it gets to know it', () => {
    const [strangers, friends] = [new Notes(), new Notes()];
    const pool = new Pool(1_000, 1);
    const inbox = new Inbox(strangers, frameBounds(limits, false), 300);
    const hear = strangers.frame.bind(strangers);
    strangers.frame = (...frame) => {
      hear(...frame);
      inbox.handTo(friends, pool);
    };
    const script = [
      { type: FRAME.HEAD, payload: Buffer.alloc(10, 1) },
      { type: FRAME.FIN, payload: Buffer.alloc(0) },
      { type: FRAME.HEAD, payload: Buffer.alloc(500, 2) },
    ];
    const link = new PieceLink(bytesOf(script, false));
    while (link.pipe.more) inbox.pull(link.pipe);
    expect([strangers.heard.length, friends.heard.length, pool.idle]).toEqual([1, 2, 1]);
  });

  it('hands on nothing more once it is stopped, also in the middle of a read', () => {
    const notes = new Notes();
    const pool = new Pool(1_000, 1);
    const inbox = new Inbox(notes, frameBounds(limits, false), 100);
    inbox.handTo(notes, pool);
    notes.frame = () => {
      notes.heard.push('one');
      inbox.stop();
    };
    const fin = { type: FRAME.FIN, payload: Buffer.alloc(0) };
    inbox.pull(new PieceLink(bytesOf([fin, fin, fin], false)).pipe);
    expect([notes.heard, pool.idle]).toEqual([['one'], 1]);
  });
});

describe('an outbox', () => {
  const fill = (outbox: Outbox, length: number) => outbox.frame(FRAME.DATA, id, length);

  it('borrows an arena while it holds bytes, and no longer', () => {
    const pool = new Pool(1_000, 1);
    const outbox = new Outbox(pool);
    const link = new PieceLink();
    link.room = 50;
    fill(outbox, 92);
    expect([outbox.flush(link.pipe), outbox.waiting, pool.idle]).toEqual(['some', 50, 0]);
    link.room = 50;
    expect([outbox.flush(link.pipe), outbox.waiting, pool.idle]).toEqual(['all', 0, 1]);
    expect(outbox.flush(link.pipe)).toBe('all');
  });

  it('knows its room, and makes some once half of it was taken', () => {
    const outbox = new Outbox(new Pool(1_000, 1));
    const link = new PieceLink();
    expect(outbox.room()).toBe(992);
    fill(outbox, 992);
    expect(outbox.room()).toBe(-8);
    link.room = 499;
    outbox.flush(link.pipe);
    expect(outbox.room()).toBe(-8);
    link.room = 2;
    outbox.flush(link.pipe);
    expect([outbox.room(), outbox.waiting]).toEqual([493, 499]);
  });

  it('says that the link is broken, and drops what waits when told to', () => {
    const pool = new Pool(1_000, 1);
    const outbox = new Outbox(pool);
    fill(outbox, 10);
    const broken = { ...new PieceLink().pipe, write: () => -2 };
    expect(outbox.flush(broken)).toBe('broken');
    outbox.release();
    expect([outbox.waiting, pool.idle]).toEqual([0, 1]);
  });
});
