import { describe, expect, it } from 'vitest';
import { Pool } from '../pipe/arena.ts';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { FRAME } from '../protocol/frame.ts';
import { PerSecond } from './abuse.ts';
import { Control, type Owing } from './control.ts';
import { KeepAlive } from './keep-alive.ts';
import { PieceLink } from './link.testkit.ts';
import { Outbox } from './outbox.ts';
import { type Filled, Scheduler, type Sendable } from './scheduler.ts';

const KIB = 1_024;

/** A source of bytes without end, or with one. */
class Source implements Sendable {
  isReady = false;
  recentBytes = 0;
  recentEpoch = 0;
  sent = 0;
  turns = 0;
  parked = 0;
  readonly quanta: number[] = [];
  left: number;

  constructor(bytes: number) {
    this.left = bytes;
  }

  fill(outbox: Outbox, bytesMax: number): Filled {
    const part = Math.min(bytesMax, this.left, outbox.room());
    this.turns++;
    this.quanta.push(bytesMax);
    outbox.frame(FRAME.DATA, 1, part);
    this.sent += part;
    this.left -= part;
    return this.left > 0 ? 'more' : 'dry';
  }

  park(): void {
    this.parked++;
  }
}

function run(scheduler: Scheduler<Source>, rounds: number): void {
  const outbox = new Outbox(new Pool(512 * KIB, 1));
  for (let round = 0; round < rounds; round++) {
    scheduler.pump(outbox);
    outbox.flush({ ...new PieceLink().pipe, write: (_from, _at, length) => length });
  }
}

describe('the scheduler', () => {
  it('lets one that is alone send large frames, and several small ones in turn', () => {
    const scheduler = new Scheduler<Source>();
    const one = new Source(Infinity);
    scheduler.add(one);
    run(scheduler, 2);
    expect(one.quanta[0]).toBe(256 * KIB);
    const other = new Source(Infinity);
    scheduler.add(other);
    one.quanta.length = 0;
    run(scheduler, 2);
    expect(Math.max(...one.quanta.slice(1), ...other.quanta)).toBe(32 * KIB);
  });

  it('shares by bytes among bulk', () => {
    const scheduler = new Scheduler<Source>();
    const sources = Array.from({ length: 5 }, () => new Source(Infinity));
    for (const source of sources) scheduler.add(source);
    run(scheduler, 40);
    const sent = sources.map((source) => source.sent);
    expect(Math.min(...sent)).toBeGreaterThan(0.9 * Math.max(...sent));
  });

  it('serves a new stream before bulk', () => {
    const scheduler = new Scheduler<Source>();
    const bulk = Array.from({ length: 20 }, () => new Source(Infinity));
    for (const source of bulk) scheduler.add(source);
    run(scheduler, 10);
    const turns = () => bulk.reduce((sum, source) => sum + source.turns, 0);
    const before = turns();
    const short = new Source(10 * KIB);
    scheduler.add(short);
    const outbox = new Outbox(new Pool(20 * KIB, 1));
    scheduler.pump(outbox);
    expect([short.left, turns() - before]).toEqual([0, 1]);
    expect(short.turns).toBe(1);
  });

  it('takes who was bulk a while ago for short again', () => {
    const scheduler = new Scheduler<Source>();
    const old = new Source(300 * KIB);
    scheduler.add(old);
    run(scheduler, 2);
    expect(old.left).toBe(0);
    const bulk = [new Source(Infinity), new Source(Infinity)];
    for (const source of bulk) scheduler.add(source);
    run(scheduler, 10);
    old.left = 100;
    scheduler.add(old);
    const outbox = new Outbox(new Pool(4 * KIB, 1));
    scheduler.pump(outbox);
    expect(old.left).toBe(0);
  });

  it('does not let a crowd of short streams starve bulk', () => {
    const scheduler = new Scheduler<Source>();
    const bulk = new Source(Infinity);
    scheduler.add(bulk);
    run(scheduler, 4);
    const before = bulk.turns;
    for (let i = 0; i < 64; i++) scheduler.add(new Source(100));
    const outbox = new Outbox(new Pool(512 * KIB, 1));
    for (let i = 0; i < 50; i++) scheduler.pump(outbox);
    expect(bulk.turns - before).toBeGreaterThanOrEqual(3);
  });

  it('keeps the order of those it has no room for, and parks each', () => {
    const scheduler = new Scheduler<Source>();
    const sources = Array.from({ length: 3 }, () => new Source(10));
    for (const source of sources) scheduler.add(source);
    scheduler.add(sources[0]!);
    const outbox = new Outbox(new Pool(1_030, 1));
    scheduler.pump(outbox);
    scheduler.parkAll();
    expect(sources.map(({ turns, parked }) => [turns, parked])).toEqual([
      [0, 1],
      [0, 1],
      [0, 1],
    ]);
    expect(scheduler.length).toBe(3);
    run(scheduler, 1);
    expect(sources.every(({ left }) => left === 0)).toBe(true);
  });
});

describe('control', () => {
  const clock = new VirtualClock();
  const make = (resets = 2, notes = 3) =>
    new Control(new KeepAlive({ pingIdleMs: 1, peerSilentMs: 2 }, 0, 0), new PerSecond(resets, clock), notes);
  const owing = (owesReset = false): Owing & { settled: number } => ({
    isOwing: false,
    owesReset,
    settled: 0,
    settle(outbox) {
      this.settled++;
      outbox.frame(FRAME.RST, 1, 2);
      return true;
    },
  });

  it('remembers one PONG, one PING, and each stream once', () => {
    const control = make();
    const stream = owing();
    for (let i = 0; i < 1_000; i++) {
      control.pong(i);
      control.ping();
      control.owe(stream);
    }
    const outbox = new Outbox(new Pool(4 * KIB, 1));
    expect(control.sweep(outbox, 0)).toBe(true);
    expect([outbox.waiting, stream.settled, control.hasWork]).toEqual([12 + 12 + 10, 1, false]);
  });

  it('takes no more messages than it was told, and keeps those for which there is no room', () => {
    const control = make();
    expect([1, 2, 3, 4].map((type) => control.note(type, Buffer.alloc(1_500)))).toEqual([true, true, true, false]);
    const outbox = new Outbox(new Pool(4 * KIB, 1));
    expect([control.sweep(outbox, 0), control.hasWork]).toEqual([false, true]);
    outbox.release();
    expect([control.sweep(outbox, 0), control.hasWork]).toEqual([true, false]);
  });

  it('lets so many resets leave in a second, and holds up nothing else', () => {
    const control = make();
    const resets = [owing(true), owing(true), owing(true)];
    const other = owing();
    for (const stream of [...resets, other]) control.owe(stream);
    const outbox = new Outbox(new Pool(4 * KIB, 1));
    expect(control.sweep(outbox, 0)).toBe(true);
    expect([resets.map(({ settled }) => settled), other.settled, control.waitsForPace]).toEqual([[1, 1, 0], 1, true]);
    clock.advance(1_000);
    control.unpace();
    control.sweep(outbox, 0);
    expect([resets[2]!.settled, control.waitsForPace]).toEqual([1, false]);
  });
});
