import { expect, test } from 'vitest';
import { makeArena, Pool } from './arena.ts';

test('an arena is zeroed', () => {
  const arena = makeArena(1_000);
  expect([arena.size, arena.bytes.length]).toEqual([1_000, 1_000]);
  expect(arena.bytes.every((byte) => byte === 0)).toBe(true);
});

test('an arena that came back is lent again', () => {
  const pool = new Pool(16, 2);
  const arena = pool.borrow();
  pool.giveBack(arena);
  expect(pool.borrow()).toBe(arena);
  expect(pool.borrow()).not.toBe(arena);
});

test('no more than the number to keep is kept', () => {
  const pool = new Pool(16, 2);
  const lent = [pool.borrow(), pool.borrow(), pool.borrow()];
  expect(pool.idle).toBe(0);
  for (const arena of lent) pool.giveBack(arena);
  expect(pool.idle).toBe(2);
});

test('an arena of another size, or given back twice, is refused', () => {
  const pool = new Pool(16, 2);
  const arena = pool.borrow();
  pool.giveBack(arena);
  expect(() => pool.giveBack(arena)).toThrow('twice');
  expect(() => pool.giveBack(makeArena(17))).toThrow('17 bytes');
});
