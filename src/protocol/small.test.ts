import { describe, expect, it } from 'vitest';
import { STREAM_CODE } from '../contract/stream.ts';
import { CREDIT_MAX, decodeCredit, decodeNonce, decodeRst, encodeCredit, encodeNonce, encodeRst } from './small.ts';

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const u16 = (value: number) => u32(value).subarray(2);
const refuses = (code: string) => expect.objectContaining({ name: 'ProtocolError', code });

describe('CREDIT', () => {
  it.each([1, 65_536, CREDIT_MAX])('of %i comes back as it went', (bytes) => {
    const arena = Buffer.alloc(9);
    expect(encodeCredit(bytes, arena, 3, 4)).toBe(4);
    expect(decodeCredit(arena, 3, 4)).toBe(bytes);
  });

  // CVE-2026-31814: a window that wraps when credit is added to it.
  it.each([0, CREDIT_MAX + 1, 0xffff_ffff])('of %i is neither written nor read', (bytes) => {
    expect(encodeCredit(bytes, Buffer.alloc(4), 0, 4)).toBe(-1);
    expect(() => decodeCredit(u32(bytes), 0, 4)).toThrow(refuses('value'));
  });

  it('twice at its most is still exact in 32 unsigned bits', () => {
    expect((CREDIT_MAX + CREDIT_MAX) >>> 0).toBe(2 * CREDIT_MAX);
  });
});

describe('RST', () => {
  it.each(Object.entries(STREAM_CODE).filter(([name]) => name !== 'sessionLost'))(
    'brings %s to the other side',
    (_name, code) => {
      const arena = Buffer.alloc(4);
      expect(encodeRst(code, arena, 1, 2)).toBe(2);
      expect(decodeRst(arena, 1, 2)).toBe(code);
    },
  );

  it.each([0, STREAM_CODE.sessionLost, 17, 256, 65_535])('with the number %i means a defect of the peer', (code) => {
    expect(decodeRst(u16(code), 0, 2)).toBe(STREAM_CODE.internal);
  });
});

describe('PING and PONG', () => {
  it.each([0, 1, 0x8000_0000, 0xffff_ffff])('carry %i there and back', (nonce) => {
    const arena = Buffer.alloc(6);
    expect(encodeNonce(nonce, arena, 2, 4)).toBe(4);
    expect(decodeNonce(arena, 2, 4)).toBe(nonce);
  });
});

describe('a payload of the wrong size', () => {
  it('is refused by each decoder, whatever the header check let through', () => {
    expect(() => decodeCredit(Buffer.alloc(8), 0, 5)).toThrow(refuses('length'));
    expect(() => decodeRst(Buffer.alloc(8), 0, 1)).toThrow(refuses('length'));
    expect(() => decodeNonce(Buffer.alloc(8), 0, 0)).toThrow(refuses('length'));
  });

  it('has no room in too small a space', () => {
    const arena = Buffer.alloc(8);
    expect([encodeCredit(1, arena, 0, 3), encodeRst(1, arena, 0, 1), encodeNonce(1, arena, 0, 3)]).toEqual([
      -1, -1, -1,
    ]);
    expect(arena).toEqual(Buffer.alloc(8));
  });
});
