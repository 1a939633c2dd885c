import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { isExposureName } from '../router/names.ts';
import { makeName } from './naming.ts';

const crypto = { random: (length: number) => randomBytes(length) };
const free = () => false;

describe('made names', () => {
  test('are legal and differ each time', () => {
    const names = Array.from({ length: 100 }, () => makeName(crypto, ['*'], free) ?? '');
    expect(new Set(names).size).toBe(100);
    expect(names.filter((name) => !isExposureName(name))).toEqual([]);
  });

  test('fit a glob of the token', () => {
    expect(makeName(crypto, ['dev-*'], free)).toMatch(/^dev-[a-z]+-[a-z]+-[a-z0-9]{4}$/);
    expect(makeName(crypto, ['shop', '*-test'], free)).toMatch(/^[a-z]+-[a-z]+-[a-z0-9]{4}-test$/);
    expect(makeName(crypto, ['a?-**'], free)).toMatch(/^ax-[a-z]+-[a-z]+-[a-z0-9]{4}$/);
  });

  test('are the literal name of a token that allows only that, while it is free', () => {
    expect(makeName(crypto, ['shop'], free)).toBe('shop');
    expect(makeName(crypto, ['shop'], (name) => name === 'shop')).toBeUndefined();
  });

  test('do not exist for a token without names', () => {
    expect(makeName(crypto, [], free)).toBeUndefined();
  });
});
