import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from './error.ts';
import { checkPreface, classify, encodePreface, PREFACE_BYTES } from './preface.ts';

const PREFACE = Buffer.from('414e505802000000', 'hex');

describe('the first bytes', () => {
  it('of ANPX/2 are what encodePreface writes', () => {
    const bytes = Buffer.alloc(10, 0xee);
    expect(encodePreface(bytes, 1, 8)).toBe(PREFACE_BYTES);
    expect(bytes.toString('hex')).toBe('ee414e505802000000ee');
    expect(() => checkPreface(bytes, 1)).not.toThrow();
    expect(classify(bytes.subarray(1))).toBe('anpx2');
    expect(encodePreface(bytes, 0, 7)).toBe(-1);
  });

  it.each([
    ['an ANPX/1 message', Buffer.from('414e505801010000', 'hex'), 'anpx1'],
    ['an HTTP request', Buffer.from('GET / HTTP/1.1\r\n'), 'other'],
    ['an HTTP method that begins alike', Buffer.from('ANP / HTTP/1.1\r\n'), 'other'],
    ['a TLS hello', Buffer.from([0x16, 0x03, 0x01, 0, 200]), 'other'],
    ['a version nobody knows', Buffer.from('414e505803000000', 'hex'), 'other'],
    ['version 0', Buffer.from('414e505800000000', 'hex'), 'other'],
    ['nothing', Buffer.alloc(0), 'more'],
  ] as const)('of %s are told apart', (_what, bytes, expected) => {
    expect(classify(bytes)).toBe(expected);
  });

  it('are waited for one by one while nothing speaks against ANPX', () => {
    const answers = [0, 1, 2, 3, 4, 5, 8].map((length) => classify(PREFACE.subarray(0, length)));
    expect(answers).toEqual(['more', 'more', 'more', 'more', 'more', 'anpx2', 'anpx2']);
  });

  it('never change class when more bytes come', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 12 }),
      fc.uint8Array({ maxLength: 4 }).map((tail) => Uint8Array.of(0x41, 0x4e, 0x50, 0x58, ...tail)),
    );
    fc.assert(
      fc.property(anything, fc.uint8Array({ maxLength: 4 }), (bytes, more) => {
        const first = classify(bytes);
        if (first !== 'more') expect(classify(Uint8Array.of(...bytes, ...more))).toBe(first);
        else expect(bytes.length).toBeLessThan(5);
      }),
    );
  });

  it('are refused if any one of the eight differs', () => {
    for (let i = 0; i < PREFACE_BYTES; i++) {
      const bytes = Buffer.from(PREFACE);
      bytes[i]! ^= 1;
      expect(() => checkPreface(bytes, 0)).toThrow(ProtocolError);
    }
  });
});
