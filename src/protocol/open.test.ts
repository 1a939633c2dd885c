import { describe, expect, it } from 'vitest';
import type { StreamHead } from '../contract/stream.ts';
import { ProtocolError } from './error.ts';
import { decodeOpen, encodeOpen } from './open.ts';
import { write } from './reference.testkit.ts';

const HTTP: StreamHead = {
  kind: 'http',
  exposure: 7,
  visitor: '[2001:db8::1]:443',
  request: {
    ...{ kind: 'request', method: 'POST', scheme: 'https', authority: 'a.example', path: '/x?y', upgrade: undefined },
    ...{ fields: ['Accept', '*/*', 'X-Bytes', '\xe9\xff', 'Empty', ''], body: 'length', length: 2 ** 40 + 5 },
    acceptsTrailers: true,
  },
};
const TCP: StreamHead = { kind: 'tcp', exposure: 0xffff_ffff, visitor: '' };
const decode = (bytes: readonly number[]) => decodeOpen(Buffer.from(bytes), 0, bytes.length, 100);

describe('OPEN', () => {
  it('of an http stream is kind, exposure, visitor and the head of the request', () => {
    const arena = Buffer.alloc(256);
    const length = encodeOpen(HTTP, arena, 0, 256);
    expect(arena.toString('latin1', 0, length)).toBe(
      '\x01\0\0\0\x07\x11[2001:db8::1]:443' + // the visitor, 17 bytes
        '\x01\x07\x04\0\0\x09\0\x04' + // body by length; https, trailers, length; four lengths
        '\0\0\x01\0\0\0\0\x05' + // 2^40 + 5
        '\0\x03\0\x06\0\x03\0\x07\0\x02\0\x05\0\0' + // three fields and their lengths
        'POSTa.example/x?yAccept*/*X-Bytes\xe9\xffEmpty',
    );
    expect(decodeOpen(arena, 0, length, 100)).toEqual(HTTP);
  });

  it('of a tcp stream without a visitor is six bytes', () => {
    const arena = Buffer.alloc(64);
    const length = encodeOpen(TCP, arena, 0, 64);
    expect(arena.toString('hex', 0, length)).toBe('02ffffffff00');
    expect(decodeOpen(arena, 0, length, 100)).toEqual(TCP);
  });

  it.each([
    ['a kind that is not known', [4, 0, 0, 0, 0, 0]],
    ['a kind of 0', [0, 0, 0, 0, 0, 0]],
    ['five bytes', [2, 0, 0, 0, 0]],
    ['a visitor that is cut', [2, 0, 0, 0, 0, 3, 0x61, 0x61]],
    ['a visitor with a space', [2, 0, 0, 0, 0, 3, 0x61, 0x20, 0x61]],
    ['a visitor with a line feed', [2, 0, 0, 0, 0, 1, 0x0a]],
    ['bytes behind a tcp head', [2, 0, 0, 0, 0, 0, 0]],
    ['bytes behind a udp head', [3, 0, 0, 0, 0, 0, 0]],
    ['an http stream without a request', [1, 0, 0, 0, 0, 0]],
    ['a byte behind the request', [...write.OPEN(HTTP), 0x61]],
  ])('is refused for %s', (_what, bytes) => {
    expect(() => decode(bytes)).toThrow(expect.objectContaining({ name: 'ProtocolError', code: 'head' }));
  });

  it('cannot say an http stream without a request, a tcp stream with one, or a visitor of 256 bytes', () => {
    const into = Buffer.alloc(1_024);
    expect(encodeOpen({ ...HTTP, request: undefined }, into, 0, 1_024)).toBe(-1);
    expect(encodeOpen({ ...HTTP, kind: 'tcp' }, into, 0, 1_024)).toBe(-1);
    expect(encodeOpen({ ...TCP, visitor: 'v'.repeat(256) }, into, 0, 1_024)).toBe(-1);
    expect(encodeOpen({ ...TCP, visitor: 'v'.repeat(255) }, into, 0, 1_024)).toBe(261);
  });

  it('with one field more than the bound is refused, and taken with the bound', () => {
    const bytes = Buffer.from(write.OPEN(HTTP));
    expect(() => decodeOpen(bytes, 0, bytes.length, 2)).toThrow(ProtocolError);
    expect(decodeOpen(bytes, 0, bytes.length, 3)).toEqual(HTTP);
  });
});
