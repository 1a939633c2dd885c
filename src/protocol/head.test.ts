import { describe, expect, it } from 'vitest';
import type { RequestHead, ResponseHead } from '../contract/message.ts';
import { ProtocolError } from './error.ts';
import { decodeRequestHead, decodeResponseHead, encodeRequestHead, encodeResponseHead } from './head.ts';
import { write } from './reference.testkit.ts';
import { decodeTrailers, encodeTrailers } from './trailers.ts';

const REQUEST: RequestHead = {
  ...{ kind: 'request', method: 'GET', scheme: 'http', authority: 'a.example', path: '/', upgrade: undefined },
  ...{ fields: ['Accept', '*/*'], body: 'none', length: -1, acceptsTrailers: false },
};
const RESPONSE: ResponseHead = {
  ...{ kind: 'response', status: 200, fields: ['Server', 'x'], body: 'none', length: -1, upgrade: undefined },
};

/** Writes with the reference, which checks nothing, and reads with the codec. */
function sendRequest(changes: Partial<RequestHead>): RequestHead {
  const open = write.OPEN({ kind: 'http', exposure: 0, visitor: '', request: { ...REQUEST, ...changes } });
  const bytes = Buffer.from(open.slice(6));
  return decodeRequestHead(bytes, 0, bytes.length, 100);
}

function sendResponse(changes: Partial<ResponseHead>): ResponseHead {
  const bytes = Buffer.from(write.HEAD({ ...RESPONSE, ...changes }));
  return decodeResponseHead(bytes, 0, bytes.length, 100);
}

function sendTrailers(fields: readonly string[], countMax = 32): readonly string[] {
  const bytes = Buffer.from(write.TRAILERS(fields));
  return decodeTrailers(bytes, 0, bytes.length, countMax);
}

const refusesTheHead = expect.objectContaining({ name: 'ProtocolError', code: 'head' });

describe('a request is refused', () => {
  it.each([
    ['an empty method', { method: '' }],
    ['a method with a space', { method: 'GET /admin' }],
    ['a method with a line break', { method: 'GET\r\n' }],
    ['a method with a slash', { method: 'G/T' }],
    ['a method beyond ASCII', { method: 'G\xc9T' }],
    ['an empty path', { path: '' }],
    ['a path with a space', { path: '/ HTTP/1.1' }],
    ['a path with a tab', { path: '/\t' }],
    ['a path with CR', { path: '/\r' }],
    ['a path with LF', { path: '/\nX: y' }],
    ['a path with NUL', { path: '/\0' }],
    ['a path with DEL', { path: '/\x7f' }],
    ['an authority with a space', { authority: 'a b' }],
    ['an authority with CR LF', { authority: 'a\r\nX: y' }],
    ['an upgrade with a comma', { body: 'upgrade', upgrade: 'websocket,h2c' }],
    ['an upgrade with CR LF', { body: 'upgrade', upgrade: 'a\r\nb' }],
    ['an upgrade without a token', { body: 'upgrade' }],
    ['a token without an upgrade', { body: 'none', upgrade: 'websocket' }],
    ['a body by length without a length', { body: 'length' }],
    ['a length with a chunked body', { body: 'chunked', length: 5 }],
    ['a length without a body', { body: 'none', length: 0 }],
    ['a body until close', { body: 'close' }],
    ['a length of 2^53', { body: 'length', length: 2 ** 53 }],
    ['a length of 2^64 - 2048', { body: 'length', length: 2 ** 64 - 2_048 }],
    ['a name with a colon', { fields: ['X:', 'y'] }],
    ['a name with a space', { fields: ['X Y', 'y'] }],
    ['a name with CR LF', { fields: ['X: y\r\nZ', 'y'] }],
    ['a name beyond ASCII', { fields: ['\xdc', 'y'] }],
    ['an empty name', { fields: ['', 'y'] }],
    ['an empty name before a legal field', { fields: ['', '', 'X', 'y'] }],
    ['a value with CR', { fields: ['X', 'a\rb'] }],
    ['a value with LF', { fields: ['X', 'a\n b'] }],
    ['a value with NUL', { fields: ['X', '\0'] }],
    ['an illegal byte in the last value', { fields: ['X', 'y', 'Z', 'abc\n'] }],
  ] as [string, Partial<RequestHead>][])('for %s', (_what, changes) => {
    expect(() => sendRequest(changes)).toThrow(refusesTheHead);
  });

  // As latin1, U+010D U+010A lose their high bytes and become CR LF (CVE-2018-12116).
  it('for a line break hidden in wider characters', () => {
    const bytes = Buffer.alloc(128);
    const length = encodeRequestHead({ ...REQUEST, fields: ['X', 'y\u010d\u010aZ: z'] }, bytes, 0, 128);
    expect(() => decodeRequestHead(bytes, 0, length, 100)).toThrow(refusesTheHead);
  });

  it('for a flag or a body kind that is not known', () => {
    const bytes = Buffer.alloc(128);
    const length = encodeRequestHead(REQUEST, bytes, 0, 128);
    for (const [at, byte] of [
      [1, 0x08],
      [1, 0x80],
      [0, 5],
      [0, 255],
    ] as const) {
      const broken = Buffer.from(bytes);
      broken[at] = byte;
      expect(() => decodeRequestHead(broken, 0, length, 100)).toThrow(refusesTheHead);
    }
  });
});

describe('a request is taken', () => {
  it.each([
    ['no authority (HTTP/1.0)', { authority: '' }],
    ['the path *', { method: 'OPTIONS', path: '*' }],
    ['bytes beyond ASCII in its path', { path: '/\xe9\xff' }],
    [
      'every byte but CR, LF and NUL in a value',
      {
        fields: [
          'X',
          String.fromCharCode(...Array.from({ length: 255 }, (_, i) => i + 1).filter((b) => b !== 10 && b !== 13)),
        ],
      },
    ],
    ['an empty value', { fields: ['X', '', 'Y', ''] }],
    ['names that objects are born with', { fields: ['__proto__', 'a', 'constructor', 'b', 'toString', 'c'] }],
    ['the same name twice, spelled in two ways, in its order', { fields: ['b', '1', 'A', '2', 'B', '3'] }],
    ['a body of length 0', { body: 'length', length: 0 }],
    ['the longest body there is', { body: 'length', length: Number.MAX_SAFE_INTEGER }],
    ['an upgrade', { body: 'upgrade', upgrade: 'websocket' }],
    ['an upgrade with a version', { body: 'upgrade', upgrade: 'irc/6.9' }],
    ['a chunked body over https, and trailers', { body: 'chunked', scheme: 'https', acceptsTrailers: true }],
    ['no fields', { fields: [] }],
    ['a hundred fields', { fields: Array.from({ length: 200 }, (_, i) => `f${i}`) }],
    ['a name and a value of 65,535 bytes together', { fields: ['n'.repeat(300), 'v'.repeat(65_235)] }],
  ] as [string, Partial<RequestHead>][])('with %s', (_what, changes) => {
    expect(sendRequest(changes)).toEqual({ ...REQUEST, ...changes });
  });
});

describe('a response is refused', () => {
  it.each([
    ['a status of 99', { status: 99 }],
    ['a status of 1000', { status: 1_000 }],
    ['a status of 0', { status: 0 }],
    ['101 that does not switch', { status: 101 }],
    ['a switch that is not 101', { status: 200, body: 'upgrade' }],
    ['an interim response with a body', { status: 103, body: 'chunked' }],
    ['100 with a body by length', { status: 100, body: 'length', length: 0 }],
    ['a body by length without a length', { body: 'length' }],
    ['a length with a chunked body', { body: 'chunked', length: 3 }],
    ['a length with a body until close', { body: 'close', length: 3 }],
    ['a length with a switch', { status: 101, body: 'upgrade', length: 3 }],
    ['an upgrade token without a switch', { upgrade: 'websocket' }],
    ['an upgrade token with a line break', { status: 101, body: 'upgrade', upgrade: 'a\nb' }],
    ['a value with CR LF', { fields: ['X', 'a\r\nY: z'] }],
  ] as [string, Partial<ResponseHead>][])('for %s', (_what, changes) => {
    expect(() => sendResponse(changes)).toThrow(refusesTheHead);
  });

  it('for a flag that only requests have', () => {
    const bytes = Buffer.alloc(64);
    const length = encodeResponseHead(RESPONSE, bytes, 0, 64);
    bytes[1] = 1;
    expect(() => decodeResponseHead(bytes, 0, length, 100)).toThrow(refusesTheHead);
  });
});

describe('a response is taken', () => {
  it.each([
    ['a declared length and no body (HEAD, 304)', { status: 304, length: 512 }],
    ['103 and fields', { status: 103, fields: ['Link', '</a>'] }],
    ['101 and its token', { status: 101, body: 'upgrade', upgrade: 'websocket' }],
    ['a body until close', { body: 'close' }],
    ['a status of 999', { status: 999, body: 'chunked' }],
  ] as [string, Partial<ResponseHead>][])('with %s', (_what, changes) => {
    expect(sendResponse(changes)).toEqual({ ...RESPONSE, ...changes });
  });
});

describe('lengths that lie', () => {
  const FIELDS = ['Ab', 'cd', 'Ef', 'gh'];
  const honest = write.TRAILERS(FIELDS);

  it('by one, either way, in any place, are refused or give other legal fields of the same bytes', () => {
    for (let at = 0; at < 10; at++) {
      for (const by of [1, -1, 0x80]) {
        const bytes = Buffer.from(honest);
        bytes[at]! += by;
        let fields: readonly string[];
        try {
          fields = decodeTrailers(bytes, 0, bytes.length, 32);
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError);
          continue;
        }
        expect(fields.join('')).toBe(FIELDS.join(''));
      }
    }
  });

  it('about the count claim at most what the frame holds', () => {
    expect(() => decodeTrailers(Buffer.from([0xff, 0xff]), 0, 2, 0xffff)).toThrow(refusesTheHead);
    expect(() => decodeTrailers(Buffer.from([0]), 0, 1, 32)).toThrow(refusesTheHead);
    expect(() => decodeTrailers(Buffer.alloc(0), 0, 0, 32)).toThrow(refusesTheHead);
  });

  it('do not reach bytes behind the frame', () => {
    const bytes = Buffer.concat([Buffer.from(honest), Buffer.from('secret')]);
    bytes[9]! += 6;
    expect(() => decodeTrailers(bytes, 0, honest.length, 32)).toThrow(refusesTheHead);
  });
});

describe('trailers', () => {
  it('are fields and nothing else', () => {
    expect(sendTrailers(['Digest', 'abc='])).toEqual(['Digest', 'abc=']);
    expect(sendTrailers([])).toEqual([]);
  });

  it('of one field more than the bound are refused', () => {
    expect(sendTrailers(['A', '1', 'B', '2'], 2)).toHaveLength(4);
    expect(() => sendTrailers(['A', '1', 'B', '2'], 1)).toThrow(refusesTheHead);
  });

  it('that are a name without a value, or longer than 16 bits, cannot be said', () => {
    const into = Buffer.alloc(70_000);
    expect(encodeTrailers(['A'], into, 0, 70_000)).toBe(-1);
    expect(encodeTrailers(['A', 'v'.repeat(65_536)], into, 0, 70_000)).toBe(-1);
    expect(encodeTrailers(['A', 'v'.repeat(65_535)], into, 0, 70_000)).toBe(2 + 4 + 1 + 65_535);
  });
});

describe('a head that is too long for its lengths', () => {
  const into = Buffer.alloc(200_000);
  it.each([
    ['a method of 256 bytes', () => encodeRequestHead({ ...REQUEST, method: 'M'.repeat(256) }, into, 0, into.length)],
    ['a path of 65,536 bytes', () => encodeRequestHead({ ...REQUEST, path: '/'.repeat(65_536) }, into, 0, into.length)],
    [
      'an authority of 65,536 bytes',
      () => encodeRequestHead({ ...REQUEST, authority: 'a'.repeat(65_536) }, into, 0, into.length),
    ],
    [
      'an upgrade of 256 bytes',
      () => encodeResponseHead({ ...RESPONSE, upgrade: 'u'.repeat(256) }, into, 0, into.length),
    ],
    [
      'a length of 2^53',
      () => encodeResponseHead({ ...RESPONSE, body: 'length', length: 2 ** 53 }, into, 0, into.length),
    ],
  ])('cannot be said: %s', (_what, encode) => {
    expect(encode()).toBe(-1);
  });
});
