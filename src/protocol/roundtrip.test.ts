import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codecOf, FRAME_NAMES, type Payloads } from './codec.testkit.ts';
import { ProtocolError } from './error.ts';
import { write } from './reference.testkit.ts';
import { BAD } from './reference-head.testkit.ts';
import { read } from './reference-read.testkit.ts';
import { PAYLOADS } from './samples.testkit.ts';

const ARENA_BYTES = 24_576;
const DIRT = 0xa5;

const referenceBytes = (name: keyof Payloads, value: unknown) =>
  Buffer.from((write[name] as (value: unknown) => number[])(value));

describe.each(FRAME_NAMES)('the payload of %s', (name) => {
  const codec = codecOf(name);
  const payload = PAYLOADS[name] as fc.Arbitrary<unknown>;
  const offset = fc.integer({ min: 0, max: 40 });

  it('comes back as it went, from anywhere in a dirty arena', () => {
    fc.assert(
      fc.property(payload, offset, (value, at) => {
        const arena = Buffer.alloc(ARENA_BYTES, DIRT);
        const length = codec.encode(value, arena, at, ARENA_BYTES - at);
        expect(length).toBeGreaterThanOrEqual(0);
        const decoded = codec.decode(arena, at, length);
        arena.fill(DIRT);
        expect(decoded).toEqual(value);
      }),
    );
  });

  it('is the same bytes, and the same value, in the reference codec', () => {
    fc.assert(
      fc.property(payload, (value) => {
        const arena = Buffer.alloc(ARENA_BYTES, DIRT);
        const length = codec.encode(value, arena, 0, ARENA_BYTES);
        const bytes = arena.subarray(0, length);
        expect(bytes.toString('hex')).toBe(referenceBytes(name, value).toString('hex'));
        expect(read(name, [...bytes])).toEqual(value);
      }),
    );
  });

  it('needs room for exactly its bytes and touches none beside them', () => {
    fc.assert(
      fc.property(payload, offset, (value, at) => {
        const { length } = referenceBytes(name, value);
        const exact = Buffer.alloc(at + length + 20, DIRT);
        expect(codec.encode(value, exact, at, length)).toBe(length);
        expect([...exact.subarray(0, at), ...exact.subarray(at + length)].every((byte) => byte === DIRT)).toBe(true);
        if (length === 0) return;
        const tight = Buffer.alloc(at + length + 20, DIRT);
        expect(codec.encode(value, tight, at, length - 1)).toBe(-1);
        expect([...tight.subarray(0, at), ...tight.subarray(at + length - 1)].every((byte) => byte === DIRT)).toBe(
          true,
        );
      }),
    );
  });

  it('when cut anywhere is refused with a ProtocolError, or is what the reference reads', () => {
    fc.assert(
      fc.property(payload, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (value, share) => {
        const whole = referenceBytes(name, value);
        const bytes = whole.subarray(0, Math.floor(whole.length * share));
        const expected = read(name, [...bytes]);
        if (expected === BAD) expect(() => codec.decode(bytes, 0, bytes.length)).toThrow(ProtocolError);
        else expect(codec.decode(bytes, 0, bytes.length)).toEqual(expected);
      }),
    );
  });
});
