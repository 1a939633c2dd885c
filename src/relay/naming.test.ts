import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Crypto } from '../contract/crypto.ts';
import { isLabel, makeName } from './naming.ts';

const crypto = { random: (length: number) => randomBytes(length) } as Crypto;
const free = () => false;

describe('names', () => {
  test.each(['a', 'web', 'a-b', '0', 'xn--bcher-kva', 'a'.repeat(63), 'constructor'])('%s is legal', (name) => {
    expect(isLabel(name)).toBe(true);
  });

  test.each(['', '-a', 'a-', 'a.b', 'A', 'a_b', '__proto__', 'a'.repeat(64), 'a b'])('%j is not legal', (name) => {
    expect(isLabel(name)).toBe(false);
  });

  test('a made name is legal and differs each time', () => {
    const names = new Set(Array.from({ length: 100 }, () => makeName(crypto, ['*'], free)));
    expect(names.size).toBe(100);
    for (const name of names) expect(name).toMatch(/^[a-z2-9]{10}$/);
  });

  test('a made name fits a glob of the token', () => {
    expect(makeName(crypto, ['dev-*'], free)).toMatch(/^dev-[a-z2-9]{10}$/);
    expect(makeName(crypto, ['shop', '*-test'], free)).toMatch(/^[a-z2-9]{10}-test$/);
  });

  test('a token with one literal name gives that name while it is free', () => {
    expect(makeName(crypto, ['shop'], free)).toBe('shop');
    expect(makeName(crypto, ['shop'], (name) => name === 'shop')).toBeUndefined();
  });

  test('a token without names gives none', () => {
    expect(makeName(crypto, [], free)).toBeUndefined();
  });
});
