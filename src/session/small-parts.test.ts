import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { throwOn } from '../contract/defect.ts';
import { RESET } from '../contract/pipe.ts';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { PerSecond } from './abuse.ts';
import { ReceiveWindow } from './credit.ts';
import { NO_PIPE } from './no-pipe.ts';
import { Ring } from './ring.ts';
import { type Turning, Turns } from './turns.ts';

describe('a ring', () => {
  it('is a queue, from both ends, whatever is done with it', () => {
    const acts = fc.array(fc.oneof(fc.nat(), fc.constant('shift' as const), fc.constant('unshift' as const)), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(acts, (script) => {
        const ring = new Ring<number>();
        const model: number[] = [];
        for (const act of script) {
          if (act === 'shift') expect(ring.shift()).toBe(model.shift());
          else if (act === 'unshift') [ring.unshift(-1), model.unshift(-1)];
          else [ring.push(act), model.push(act)];
          expect([ring.length, ring.first]).toEqual([model.length, model[0]]);
        }
      }),
    );
  });

  it('works on after it let a large array go', () => {
    const ring = new Ring<number>();
    for (let i = 0; i < 5_000; i++) ring.push(i);
    for (let i = 0; i < 5_000; i++) expect(ring.shift()).toBe(i);
    ring.unshift(7);
    expect([ring.length, ring.shift(), ring.shift()]).toEqual([1, 7, undefined]);
    ring.push(8);
    ring.clear();
    expect(ring.first).toBeUndefined();
  });
});

describe('turns', () => {
  const makeReactor = () => ({
    onTurn: [] as (() => void)[],
    schedules: 0,
    schedule: () => void reactor.schedules++,
    defect: throwOn,
  });
  let reactor = makeReactor();

  it('come once for however many askings, and who asks in a turn has the next', () => {
    reactor = makeReactor();
    const turns = new Turns(reactor);
    const calls: string[] = [];
    const again: Turning = {
      turnDue: false,
      turn: () => {
        calls.push('again');
        turns.ready(again);
      },
    };
    const once: Turning = { turnDue: false, turn: () => void calls.push('once') };
    for (let i = 0; i < 3; i++) [turns.ready(again), turns.ready(once)];
    for (const told of reactor.onTurn) told();
    expect(calls).toEqual(['again', 'once']);
    for (const told of reactor.onTurn) told();
    expect(calls).toEqual(['again', 'once', 'again']);
    expect(reactor.schedules).toBe(4);
  });
});

describe('so many per second', () => {
  it('are free again a second after the first', () => {
    const clock = new VirtualClock();
    const rate = new PerSecond(2, clock);
    expect([rate.take(), rate.take(), rate.take()]).toEqual([true, true, false]);
    expect(rate.freeAt).toBe(1_000);
    clock.advance(999);
    expect(rate.take()).toBe(false);
    clock.advance(1);
    expect(rate.take()).toBe(true);
  });
});

describe('a receive window', () => {
  it('takes what was granted and not a byte more', () => {
    const window = new ReceiveWindow(100, 0);
    expect([window.arrive(60), window.arrive(40), window.arrive(1)]).toEqual([true, true, false]);
  });

  it('is due at half, doubles while it is what limits the sender, and stops at its bound', () => {
    const window = new ReceiveWindow(100, 0);
    expect([window.take(49), window.take(1)]).toEqual([false, true]);
    expect(window.grant(10, 5, 300)).toBe(150);
    expect([window.bytes, window.take(100), window.grant(20, 5, 300), window.bytes]).toEqual([200, true, 200, 300]);
    expect([window.take(150), window.grant(20, 5, 300), window.bytes]).toEqual([true, 150, 300]);
  });

  it('does not grow for a slow sender, nor for a reader that stalls', () => {
    const slow = new ReceiveWindow(100, 0);
    slow.take(50);
    expect([slow.grant(10.1, 5, 300), slow.bytes]).toEqual([50, 100]);
    const stalled = new ReceiveWindow(100, 0);
    stalled.stall();
    stalled.take(50);
    expect([stalled.grant(1, 5, 300), stalled.bytes]).toEqual([50, 100]);
    // It drains again.
    stalled.take(50);
    expect([stalled.grant(2, 5, 300), stalled.bytes]).toEqual([150, 200]);
  });

  it('never has more under way than its size, whatever the order', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 80 }), { maxLength: 60 }), (parts) => {
        const window = new ReceiveWindow(100, 0);
        let credit = 100;
        let held = 0;
        for (const part of parts) {
          const sent = Math.min(part, credit);
          if (sent > 0) expect(window.arrive(sent)).toBe(true);
          credit -= sent;
          held += sent;
          const taken = Math.floor(held / 2);
          held -= taken;
          if (window.take(taken)) credit += window.grant(0, 1, 400);
          expect(credit + held).toBeLessThanOrEqual(window.bytes);
        }
      }),
    );
  });

  it('grants nothing when nothing was taken', () => {
    expect(new ReceiveWindow(100, 0).grant(0, 1, 400)).toBe(0);
  });
});

describe('no pipe', () => {
  it('is broken and takes everything in its stride', () => {
    const arena = { bytes: Buffer.alloc(1), size: 1 };
    NO_PIPE.owner = { readable: () => {}, writable: () => {} };
    NO_PIPE.end();
    NO_PIPE.reset();
    NO_PIPE.close();
    NO_PIPE.want(true, true);
    expect([NO_PIPE.owner, NO_PIPE.read(arena, 0, 1), NO_PIPE.write(arena, 0, 1), NO_PIPE.more]).toEqual([
      undefined,
      RESET,
      RESET,
      false,
    ]);
  });
});
