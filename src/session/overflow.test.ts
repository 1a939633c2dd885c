import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Pipe, RESET } from '../contract/pipe.ts';
import { NO_PIPE } from './no-pipe.ts';
import { Overflow } from './overflow.ts';

/** Takes as many bytes as it is given room for. */
function sink(): { readonly pipe: Pipe; room: number; readonly taken: number[] } {
  const self = {
    room: 0,
    taken: [] as number[],
    pipe: {
      ...NO_PIPE,
      write(from: { bytes: Buffer }, at: number, length: number) {
        const part = Math.min(length, self.room);
        self.room -= part;
        for (let i = 0; i < part; i++) self.taken.push(from.bytes[at + i]!);
        return part;
      },
    } as Pipe,
  };
  return self;
}

describe('overflow', () => {
  it('gives every byte back in order, in whatever pieces it comes and goes', () => {
    const acts = fc.array(fc.record({ add: fc.nat(3_000), room: fc.nat(3_000) }), { maxLength: 40 });
    fc.assert(
      fc.property(acts, (script) => {
        const overflow = new Overflow();
        const out = sink();
        let added = 0;
        for (const { add, room } of script) {
          const bytes = Buffer.from(Array.from({ length: add + 2 }, (_, i) => (added + i - 1) & 0xff));
          if (add > 0) overflow.add(bytes, 1, add);
          added += add;
          out.room = room;
          const drained = overflow.drain(out.pipe);
          expect(drained).toBe(room - out.room);
          expect(overflow.held).toBe(added - out.taken.length);
          expect(overflow.allocated).toBeGreaterThanOrEqual(overflow.held);
        }
        expect(out.taken.every((byte, at) => byte === (at & 0xff))).toBe(true);
      }),
    );
  });

  it('costs at most twice what was added, and a kilobyte', () => {
    const overflow = new Overflow();
    const bytes = Buffer.alloc(70_000);
    for (let held = 0; held < 300_000; held += 1 + (held % 700)) {
      overflow.add(bytes, 0, 1 + (held % 700));
      expect(overflow.allocated).toBeLessThanOrEqual(2 * overflow.held + 1_024);
    }
    overflow.add(bytes, 0, 70_000);
    expect(overflow.allocated).toBeLessThanOrEqual(2 * overflow.held);
  });

  it('lets its memory go as it is drained', () => {
    const overflow = new Overflow();
    for (let i = 0; i < 50; i++) overflow.add(Buffer.alloc(1_000), 0, 1_000);
    const out = sink();
    out.room = 49_000;
    overflow.drain(out.pipe);
    expect([overflow.held, overflow.allocated <= 65_536]).toEqual([1_000, true]);
    out.room = 1_000;
    overflow.drain(out.pipe);
    expect([overflow.held, overflow.allocated]).toEqual([0, 0]);
  });

  it('says when the pipe is broken', () => {
    const overflow = new Overflow();
    overflow.add(Buffer.alloc(1), 0, 1);
    expect(overflow.drain(NO_PIPE)).toBe(RESET);
  });
});
