import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import { codecOf, encodeSample, NAME_OF, type Sample } from './codec.testkit.ts';
import { type Crc32, crcMatches, writeCrc } from './crc.ts';
import { nextFrame } from './decoder.ts';
import { ProtocolError } from './error.ts';
import { CRC_BYTES, FRAME, frameBounds, HEADER_BYTES, writeHeader } from './frame.ts';
import { cut, FrameReader } from './frame-reader.testkit.ts';
import { frame, crc32 as referenceCrc32 } from './reference.testkit.ts';
import { readFrames } from './reference-read.testkit.ts';
import { anySample } from './samples.testkit.ts';
import { OPENER, streamId } from './stream-id.ts';

const STREAM = streamId(3, 9, OPENER.gateway);
const crc32: Crc32 = (bytes, at, length) => zlibCrc32(bytes.subarray(at, at + length));
const modes = [
  { mode: 'without CRC', crc: undefined, bounds: frameBounds(limitValues(), false) },
  { mode: 'with CRC', crc: crc32, bounds: frameBounds(limitValues(), true) },
] as const;

/** The frames of the samples as this folder writes them, one behind the other. */
function wire(samples: readonly Sample[], crc: Crc32 | undefined): Buffer {
  const frames = samples.map((sample) => {
    const payload = encodeSample(sample);
    const bytes = Buffer.alloc(HEADER_BYTES + payload.length + (crc === undefined ? 0 : CRC_BYTES));
    writeHeader(bytes, 0, payload.length, FRAME[sample.name], sample.stream);
    payload.copy(bytes, HEADER_BYTES);
    if (crc !== undefined) writeCrc(bytes, 0, payload.length, crc);
    return bytes;
  });
  return Buffer.concat(frames);
}

describe.each(modes)('frames $mode', ({ crc, bounds }) => {
  it('in any order and any split are the frames that were sent', () => {
    const samples = fc.array(anySample, { minLength: 1, maxLength: 8 });
    const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5_000 })), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(samples, sizes, (sent, split) => {
        const reader = new FrameReader(bounds, crc);
        const got = cut(wire(sent, crc), split).flatMap((piece) => reader.push(piece));
        const read = got.map(({ type, stream, payload }) => {
          const name = NAME_OF.get(type)!;
          return { name, stream, value: codecOf(name).decode(payload, 0, payload.length) };
        });
        expect(read).toEqual(sent);
      }),
    );
  });

  it('are the same bytes and the same frames in the reference codec', () => {
    fc.assert(
      fc.property(fc.array(anySample, { minLength: 1, maxLength: 4 }), (sent) => {
        const bytes = wire(sent, crc);
        const reference = sent.flatMap((each) =>
          frame(FRAME[each.name], each.stream, [...encodeSample(each)], crc !== undefined),
        );
        expect(bytes.equals(Buffer.from(reference))).toBe(true);
        expect(readFrames([...bytes], crc !== undefined).map(({ type, stream }) => [type, stream])).toEqual(
          sent.map(({ name, stream }) => [FRAME[name], stream]),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('byte by byte say exactly how many bytes they wait for', () => {
    const bytes = wire([{ name: 'DATA', stream: STREAM, value: Buffer.from('abc') }], crc);
    const answers = Array.from({ length: bytes.length }, (_, held) => nextFrame(bytes, 0, held, bounds, crc));
    expect(answers).toEqual(answers.map((_, held) => (held < HEADER_BYTES ? HEADER_BYTES : bytes.length)));
    expect(nextFrame(bytes, 0, bytes.length, bounds, crc)).toEqual({
      type: FRAME.DATA,
      stream: STREAM,
      payloadAt: HEADER_BYTES,
      length: 3,
      end: bytes.length,
    });
  });

  it('are refused at their header, before a byte of the payload is there', () => {
    const bytes = Buffer.alloc(HEADER_BYTES);
    writeHeader(bytes, 0, bounds.most[FRAME.DATA]! + 1, FRAME.DATA, STREAM);
    expect(() => nextFrame(bytes, 0, HEADER_BYTES, bounds, crc)).toThrow(
      expect.objectContaining({ name: 'ProtocolError', code: 'length' }),
    );
  });

  it('never make a receiver wait for more than the stated bound', () => {
    const header = fc.tuple(
      fc.integer({ min: 0, max: 0xff_ffff }),
      fc.constantFrom(...Object.values(FRAME)),
      fc.constantFrom(0, STREAM),
    );
    fc.assert(
      fc.property(header, ([length, type, stream]) => {
        const bytes = Buffer.alloc(HEADER_BYTES);
        writeHeader(bytes, 0, length, type, stream);
        try {
          const found = nextFrame(bytes, 0, HEADER_BYTES, bounds, crc);
          expect(typeof found === 'number' ? found : found.end).toBeLessThanOrEqual(bounds.storeBytesMax);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
        }
      }),
    );
  });
});

describe('the CRC of a frame', () => {
  it('is that of zlib and of the polynomial', () => {
    expect(referenceCrc32([...Buffer.from('123456789')])).toBe(0xcbf4_3926);
    expect(crc32(Buffer.from('__123456789'), 2, 9)).toBe(0xcbf4_3926);
  });

  it('finds every single flipped bit of header, payload and CRC', () => {
    const { bounds } = modes[1];
    const whole = wire([{ name: 'DATA', stream: STREAM, value: Buffer.from('abc') }], crc32);
    for (let bit = 0; bit < whole.length * 8; bit++) {
      const bytes = Buffer.concat([whole, Buffer.alloc(16)]);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      const outcome = () => {
        const found = nextFrame(bytes, 0, whole.length, bounds, crc32);
        if (typeof found === 'number')
          throw new ProtocolError('length', 'it waits for more, and its CRC will not match');
      };
      expect(outcome, `bit ${bit}`).toThrow(ProtocolError);
    }
  });

  it('stands behind the frame, wherever that is', () => {
    const bytes = Buffer.alloc(40);
    writeHeader(bytes, 5, 3, FRAME.DATA, STREAM);
    bytes.write('abc', 5 + HEADER_BYTES);
    writeCrc(bytes, 5, 3, crc32);
    expect(crcMatches(bytes, 5, 3, crc32)).toBe(true);
    expect(crcMatches(bytes, 4, 3, crc32)).toBe(false);
  });
});
