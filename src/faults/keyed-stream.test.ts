import { describe, expect, it } from 'vitest';
import { KeyedStreams } from './keyed-stream.ts';

const streams = new KeyedStreams(7);

/** `count` bytes of a stream from `at` on, put together from views. */
function take(stream: number, at: number, count: number, of = streams): Buffer {
  const parts: Buffer[] = [];
  for (let got = 0; got < count; ) {
    const part = of.bytes(stream, 'up', at + got, count - got);
    parts.push(part);
    got += part.length;
  }
  return Buffer.concat(parts);
}

describe('a keyed stream', () => {
  it('is the same bytes however it is cut', () => {
    const whole = take(3, 0, 300_000);
    for (const at of [0, 1, 65_535, 65_536, 131_073]) {
      expect(take(3, at, 1_000).equals(whole.subarray(at, at + 1_000))).toBe(true);
      expect(streams.mismatch(3, 'up', at, whole.subarray(at, at + 100_000))).toBeUndefined();
    }
  });

  it('comes from its seed alone', () => {
    expect(take(3, 0, 1_000, new KeyedStreams(7)).equals(take(3, 0, 1_000))).toBe(true);
    expect(take(3, 0, 1_000, new KeyedStreams(8)).equals(take(3, 0, 1_000))).toBe(false);
  });

  it('shows where a byte was lost, doubled or changed', () => {
    const whole = take(3, 0, 200_000);
    const lost = Buffer.concat([whole.subarray(0, 70_000), whole.subarray(70_001)]);
    const doubled = Buffer.concat([whole.subarray(0, 70_000), whole.subarray(69_999)]);
    const changed = Buffer.from(whole);
    changed[70_000]! ^= 1;
    for (const bad of [lost, doubled, changed]) {
      const at = streams.mismatch(3, 'up', 0, bad)!;
      expect(at).toBeGreaterThanOrEqual(70_000);
      expect(at).toBeLessThan(70_010);
    }
  });

  it('shows loss of whole blocks, frames and arenas, and bytes of another stream or the other direction', () => {
    const whole = take(3, 0, 2_000_000);
    for (const size of [1_460, 16_384, 65_521, 65_536, 262_144, 524_288]) {
      const lost = whole.subarray(100_000 + size, 100_000 + size + 64);
      expect(streams.mismatch(3, 'up', 100_000, lost)).toBeDefined();
    }
    expect(streams.mismatch(4, 'up', 0, whole.subarray(0, 64))).toBeDefined();
    expect(streams.mismatch(3, 'down', 0, whole.subarray(0, 64))).toBeDefined();
  });
});
