import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { limitValues } from '../contract/limits.ts';
import { ChunkDecoder } from './chunk-decoder.ts';

const LIMITS = limitValues();

interface Decoded {
  readonly body: string;
  readonly done: boolean;
  readonly fault: string | undefined;
  readonly trailers: readonly string[];
  /** Bytes behind the message. */
  readonly rest: string;
}

/** Feeds the text in pieces, each at another place, and looks only at what the decoder says is body. */
function decode(text: string, sizes: readonly number[] = [], limits = LIMITS): Decoded {
  const decoder = new ChunkDecoder(limits, true);
  const bytes = Buffer.from(text, 'latin1');
  let body = '';
  let at = 0;
  for (let i = 0; at < bytes.length && !decoder.done && decoder.fault === undefined; i++) {
    const size = Math.max(1, sizes.length === 0 ? bytes.length : (sizes[i % sizes.length] as number));
    const piece = Buffer.concat([Buffer.from('###'), bytes.subarray(at, at + size), Buffer.from('###')]);
    const length = piece.length - 6;
    decoder.decode(piece, 3, length);
    expect(piece.toString('latin1', 0, 3) + piece.toString('latin1', 3 + length)).toBe('######');
    body += piece.toString('latin1', 3, 3 + decoder.out);
    at += decoder.used;
    if (decoder.fault === undefined && !decoder.done) expect(decoder.used).toBe(length);
  }
  return {
    body,
    done: decoder.done,
    fault: decoder.fault,
    trailers: decoder.trailers,
    rest: bytes.toString('latin1', at),
  };
}

const whole = (body: string) => ({ body, done: true, fault: undefined });

describe.each([
  // P7
  ['0x5', '0x5\r\nhello\r\n0\r\n\r\n', '005\r\nhello\r\n0\r\n\r\n'],
  ['a plus', '+5\r\nhello\r\n0\r\n\r\n', '05\r\nhello\r\n0\r\n\r\n'],
  ['a minus', '-5\r\nhello\r\n0\r\n\r\n', '05\r\nhello\r\n0\r\n\r\n'],
  ['a space before the size', ' 5\r\nhello\r\n0\r\n\r\n', '05\r\nhello\r\n0\r\n\r\n'],
  ['an underscore', '5_0\r\nhello\r\n0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n'],
  ['no size', '\r\nhello\r\n0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n'],
  ['no size but an extension', ';a\r\nhello\r\n0\r\n\r\n', '5;a\r\nhello\r\n0\r\n\r\n'],
  ['17 digits', `${'0'.repeat(16)}5\r\nhello\r\n0\r\n\r\n`, `${'0'.repeat(15)}5\r\nhello\r\n0\r\n\r\n`],
  ['a space behind the size', '5 \r\nhello\r\n0\r\n\r\n', '5 ;\r\nhello\r\n0\r\n\r\n'],
  ['two words', '5 5\r\nhello\r\n0\r\n\r\n', '5 ;5\r\nhello\r\n0\r\n\r\n'],
  // P8
  ['a line ended by LF', '5\nhello\r\n0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n'],
  ['a line ended by CR x', '5\rxhello\r\n0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n'],
  ['an extension ended by LF', '5;a\nhello\r\n0\r\n\r\n', '5;a\r\nhello\r\n0\r\n\r\n'],
  ['data not followed by CRLF', '5\r\nhelloo\r\n0\r\n\r\n', '6\r\nhelloo\r\n0\r\n\r\n'],
  ['data followed by LF', '5\r\nhello\n0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n'],
  ['data followed by CR x', '5\r\nhello\rx0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n'],
  ['a terminator CRLF XX', '5\r\nhello\r\n0\r\nXX\r\n\r\n', '5\r\nhello\r\n0\r\nX:X\r\n\r\n'],
  ['a last line ended by LF', '5\r\nhello\r\n0\r\n\n', '5\r\nhello\r\n0\r\n\r\n'],
  // P10
  ['CR in an extension', '5;a\rb\r\nhello\r\n0\r\n\r\n', '5;a b\r\nhello\r\n0\r\n\r\n'],
  ['NUL in an extension', '5;a\0b\r\nhello\r\n0\r\n\r\n', '5;a b\r\nhello\r\n0\r\n\r\n'],
  // Trailers
  ['a folded trailer', '5\r\nhello\r\n0\r\nA: b\r\n c\r\n\r\n', '5\r\nhello\r\n0\r\nA: b\r\nc:\r\n\r\n'],
  ['a space before a trailer’s colon', '5\r\nhello\r\n0\r\nA : b\r\n\r\n', '5\r\nhello\r\n0\r\nA: b\r\n\r\n'],
])('%s', (_what, illegal, twin) => {
  test('is refused', () => expect(decode(illegal)).toMatchObject({ done: false, fault: 'TK-3004' }));
  test('is read without the offending bytes', () => {
    const { body, done } = decode(twin);
    expect([body.slice(0, 5), done]).toEqual(['hello', true]);
  });
  test('is judged alike byte by byte', () => {
    expect(decode(illegal, [1])).toEqual(decode(illegal));
    expect(decode(twin, [1])).toEqual(decode(twin));
  });
});

describe('bounds hold exactly', () => {
  const extension = (bytes: number) => `5;${'x'.repeat(bytes - 2)}\r\nhello\r\n0\r\n\r\n`;
  test('P9: a chunk line of 1024 bytes is read and its extension dropped', () => {
    expect(decode(extension(1_024))).toMatchObject(whole('hello'));
    expect(decode(extension(1_024), [1])).toMatchObject(whole('hello'));
  });
  test.each([1_025, 65_536])('P10: one of %i bytes is refused with its own code', (bytes) => {
    expect(decode(extension(bytes)).fault).toBe('TK-3014');
    expect(decode(extension(bytes), [1]).fault).toBe('TK-3014');
  });
  test('trailers are bounded in number and in bytes', () => {
    const trailers = (lines: string[]) => `0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
    expect(decode(trailers(new Array(32).fill('a: b'))).done).toBe(true);
    expect(decode(trailers(new Array(33).fill('a: b'))).fault).toBe('TK-3004');
    expect(decode(trailers([`a: ${'b'.repeat(8_192 - 7)}`])).done).toBe(true);
    expect(decode(trailers([`a: ${'b'.repeat(8_192 - 6)}`])).fault).toBe('TK-3004');
    expect(decode(trailers([`a: ${'b'.repeat(100_000)}`]), [1]).fault).toBe('TK-3004');
  });
  test('sizes above 2^53 are refused, and those above 2^32 are exact (P38)', () => {
    expect(decode('20000000000000\r\n').fault).toBe('TK-3004');
    const decoder = new ChunkDecoder(LIMITS, true);
    decoder.decode(Buffer.from('140000000\r\nabc'), 0, 14);
    expect(decoder).toMatchObject({ out: 3, sure: 5_368_709_120 - 3, fault: undefined });
  });
});

test('P11, X9: trailers that must not come late, or have odd names, are dropped', () => {
  const forbidden = [
    'Content-Length: 5',
    'Host: b',
    'Authorization: x',
    'Transfer-Encoding: chunked',
    'Set-Cookie: a',
    'If-Match: x',
  ];
  const lines = [...forbidden, 'X_Odd: 1', 'Connection: close', 'Expect: 100-continue', 'Grpc-Status: 0'];
  expect(decode(`0\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\nGET`)).toMatchObject({
    done: true,
    trailers: ['Grpc-Status', '0'],
    rest: 'GET',
  });
});

test('P39: 100 000 one-byte chunks are decoded', () => {
  expect(decode(`${'1\r\nx\r\n'.repeat(100_000)}0\r\n\r\n`, [65_536])).toMatchObject(whole('x'.repeat(100_000)));
});

const chunk = fc.tuple(
  fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 80 }),
  fc.constantFrom('', ';a', ' ;a="b"'),
);

test('P39: any body in any chunks and any split is the same', () => {
  fc.assert(
    fc.property(
      fc.array(chunk, { maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 }),
      (chunks, sizes) => {
        const text = `${chunks.map(([data, extension]) => `${data.length.toString(16)}${extension}\r\n${data}\r\n`).join('')}0\r\n\r\n`;
        const body = chunks.map(([data]) => data).join('');
        expect(decode(`${text}next`, sizes)).toMatchObject({ ...whole(body), rest: 'next' });
      },
    ),
    { numRuns: 1_000 },
  );
});

test('damaged bodies never throw, never say more than came, and are judged alike in any split', () => {
  const damage = fc.tuple(
    fc.nat(400),
    fc.constantFrom('', '\r', '\n', '\0', 'g', '0', 'ffff', ';', ' ', '\r\n'),
    fc.nat(3),
  );
  fc.assert(
    fc.property(
      fc.array(chunk, { maxLength: 5 }),
      fc.array(damage, { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(9), { maxLength: 4 }),
      (chunks, damages, sizes) => {
        let text = `${chunks.map(([data, extension]) => `${data.length.toString(16)}${extension}\r\n${data}\r\n`).join('')}0\r\n\r\n`;
        for (const [at, insert, remove] of damages) text = text.slice(0, at) + insert + text.slice(at + remove);
        const once = decode(text);
        const split = decode(text, sizes);
        expect([split.body, split.done, split.fault]).toEqual([once.body, once.done, once.fault]);
        expect(once.body.length).toBeLessThanOrEqual(text.length);
      },
    ),
    { numRuns: 3_000 },
  );
});
