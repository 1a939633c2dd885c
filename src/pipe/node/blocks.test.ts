import { expect, test } from 'vitest';
import { makeArena } from '../arena.ts';
import { Blocks } from './blocks.ts';
import { Incoming } from './incoming.ts';

test('the smallest block that holds the bytes is lent, and lent again', () => {
  const blocks = new Blocks();
  const sizes = [1, 16_384, 16_385, 65_537, 10_000_000].map((bytes) => blocks.borrow(bytes).size);
  expect(sizes).toEqual([16_384, 16_384, 65_536, 524_288, 524_288]);
  const block = blocks.borrow(100);
  blocks.giveBack(block);
  expect(blocks.borrow(100)).toBe(block);
});

test('what was read keeps its bytes when the memory it was read into is read into again', () => {
  const incoming = new Incoming(new Blocks());
  const memory = Buffer.alloc(50_000);
  for (const [byte, length] of [
    [1, 100],
    [2, 50_000],
    [3, 7],
  ] as const)
    incoming.copy(memory.fill(byte), length);
  incoming.keep(Buffer.alloc(3, 4));
  const into = makeArena(60_000);
  expect([incoming.length, incoming.chunks]).toEqual([50_110, 4]);
  expect(incoming.take(into, 1, 40_000)).toBe(40_000);
  expect(incoming.take(into, 40_001, 20_000 - 1)).toBe(10_110);
  const seen = [...into.bytes.subarray(1, 50_111)];
  expect([1, 2, 3, 4].map((byte) => seen.filter((one) => one === byte).length)).toEqual([100, 50_000, 7, 3]);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect([incoming.length, incoming.chunks]).toEqual([0, 0]);
});

test('blocks of bytes that nobody reads any more are lent again', () => {
  const blocks = new Blocks();
  const block = blocks.borrow(3_000);
  blocks.giveBack(block);
  const incoming = new Incoming(blocks);
  incoming.copy(Buffer.alloc(3_000), 3_000);
  expect(blocks.borrow(3_000)).not.toBe(block);
  incoming.drop();
  expect([incoming.length, blocks.borrow(3_000)]).toEqual([0, block]);
});
