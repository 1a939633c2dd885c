/** Chance from a seed, and what it does to bytes. */

/** A whole number of 0 to `below` - 1. */
export type Random = (below: number) => number;

/** Mulberry32: 32 bits of state, plenty for choosing. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** True once in `often` times. */
export function chance(random: Random, often: number): boolean {
  return random(often) === 0;
}

/** Ends of ranges, and the bytes that break lines. */
const TELLING = [0x00, 0x01, 0x02, 0x09, 0x0a, 0x0d, 0x20, 0x3a, 0x7f, 0x80, 0xc0, 0xed, 0xfe, 0xff];

type Damage = (random: Random, bytes: Buffer, other: Buffer) => Buffer;

const DAMAGES: readonly Damage[] = [
  function flipBit(random, bytes) {
    if (bytes.length > 0) bytes[random(bytes.length)]! ^= 1 << random(8);
    return bytes;
  },
  function setByte(random, bytes) {
    if (bytes.length > 0) bytes[random(bytes.length)] = TELLING[random(TELLING.length)]!;
    return bytes;
  },
  function stepByte(random, bytes) {
    if (bytes.length > 0) bytes[random(bytes.length)]! += chance(random, 2) ? 1 : -1;
    return bytes;
  },
  function insert(random, bytes) {
    const at = random(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), noise(random, 1 + random(4)), bytes.subarray(at)]);
  },
  function remove(random, bytes) {
    const at = random(bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + random(4))]);
  },
  function truncate(random, bytes) {
    return bytes.subarray(0, random(bytes.length + 1));
  },
  function repeat(random, bytes) {
    const at = random(bytes.length + 1);
    const part = bytes.subarray(at, at + random(40));
    return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
  },
  function splice(random, bytes, other) {
    return Buffer.concat([bytes.subarray(0, random(bytes.length + 1)), other.subarray(random(other.length + 1))]);
  },
  function replace(random) {
    return noise(random, random(80));
  },
];

function noise(random: Random, length: number): Buffer {
  return Buffer.from(
    Array.from({ length }, () => (chance(random, 2) ? TELLING[random(TELLING.length)]! : random(256))),
  );
}

/** A copy with one to three damages; `other` is what parts may be taken from. */
export function damage(random: Random, bytes: Buffer, other: Buffer): Buffer {
  let damaged: Buffer = Buffer.from(bytes);
  for (let times = 1 + random(3); times > 0; times--) {
    damaged = DAMAGES[random(DAMAGES.length)]!(random, Buffer.from(damaged), other);
  }
  return damaged;
}
