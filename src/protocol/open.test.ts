import { describe, expect, it } from 'vitest';
import type { StreamHead } from '../contract/stream.ts';
import { decodeOpen, encodeOpen } from './open.ts';

const HEAD: StreamHead = {
  kind: 'http',
  exposure: 7,
  visitor: '192.0.2.1:5000',
  request: {
    kind: 'request',
    method: 'POST',
    scheme: 'https',
    authority: 'a.example',
    path: '/x?y',
    fields: ['Accept', '*/*', 'X-Bytes', '\xe9\xff', 'Empty', ''],
    body: 'length',
    length: 2 ** 40 + 5,
    upgrade: undefined,
    acceptsTrailers: true,
  },
};

describe('OPEN', () => {
  it('of an http stream comes back as it went', () => {
    const arena = Buffer.alloc(1_024);
    const length = encodeOpen(HEAD, arena, 3, 1_000);
    expect(length).toBeGreaterThan(0);
    expect(decodeOpen(arena, 3, length, 100)).toEqual(HEAD);
  });

  it('of a tcp stream without a visitor is six bytes', () => {
    const arena = Buffer.alloc(64);
    const length = encodeOpen({ kind: 'tcp', exposure: 0xffff_ffff, visitor: '' }, arena, 0, 64);
    expect(arena.toString('hex', 0, length)).toBe('02ffffffff00');
    expect(decodeOpen(arena, 0, length, 100)).toEqual({ kind: 'tcp', exposure: 0xffff_ffff, visitor: '' });
  });
});
