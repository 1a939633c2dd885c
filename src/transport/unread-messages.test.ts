import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UnreadMessages } from './unread-messages.ts';

const arena = { bytes: Buffer.alloc(64), size: 64 };

describe('unread messages', () => {
  it('are one run of bytes, however they were cut and are taken', () => {
    const messages = fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 20 });
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1 }), (given, takes) => {
        const unread = new UnreadMessages();
        for (const message of given) unread.add(Buffer.from(message));
        const read: number[] = [];
        for (let i = 0; !unread.empty; i++) {
          const max = takes[i % takes.length]!;
          const count = unread.take(arena, 0, max);
          expect(count).toBeGreaterThan(0);
          expect(count).toBeLessThanOrEqual(max);
          read.push(...arena.bytes.subarray(0, count));
        }
        expect(read).toEqual(given.flatMap((message) => [...message]));
        expect(unread.held).toBe(0);
      }),
    );
  });

  it('count more than their bytes, so that tiny ones fill a bound too', () => {
    const unread = new UnreadMessages();
    for (let i = 0; i < 2_048; i++) unread.add(Buffer.alloc(1));
    expect(unread.held).toBeGreaterThan(262_144);
    unread.clear();
    expect([unread.held, unread.empty]).toEqual([0, true]);
  });
});
