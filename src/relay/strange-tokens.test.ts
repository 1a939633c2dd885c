// Proofs of tokens that are wrong in every way we could think of: the answer and its cost are those of a wrong token.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SigningKey } from '../contract/crypto.ts';
import { nodeCrypto } from '../identity/crypto.ts';
import { makeKey } from '../identity/keys.ts';
import { RelayWorld } from './relay.testkit.ts';

let world: RelayWorld;
let right: SigningKey;
let verified = 0;

beforeAll(async () => {
  const verify: typeof nodeCrypto.verify = (...parts) => {
    verified += 1;
    return nodeCrypto.verify(...parts);
  };
  world = await RelayWorld.start({ authFailuresPerMinute: 1_000 }, { ...nodeCrypto, verify });
  right = (await world.token('acme')).key;
});
afterAll(() => world.close());

const bytes = (hex: string) => Buffer.from(hex.padEnd(64, '0'), 'hex');
const flipped = (of: Buffer, at: number) => Buffer.from(of.map((byte, n) => (n === at ? byte ^ 1 : byte)));
const signedBy = (key: SigningKey, message: (message: Buffer) => Buffer) => ({
  publicKey: key.publicKey,
  sign: (asked: Buffer) => key.sign(message(asked)),
});
/** The right key, and what becomes of its signature. */
const bent = (change: (signature: Buffer) => Buffer) => ({
  publicKey: right.publicKey,
  sign: (message: Buffer) => change(right.sign(message)),
});
const shown = (publicKey: Buffer, by = right) => ({ publicKey, sign: (message: Buffer) => by.sign(message) });
const small = (publicKey: Buffer) => ({ publicKey, sign: () => Buffer.concat([bytes('01'), bytes('')]) });

/** The order of the group, little-endian: with it added, a signature says the same to who does not look. */
const ORDER = 0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3edn;
function plusOrder(signature: Buffer): Buffer {
  const scalar = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + ORDER;
  return Buffer.concat([
    signature.subarray(0, 32),
    Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').reverse(),
  ]);
}

const WAYS: Readonly<Record<string, () => SigningKey>> = {
  'a token that nobody gave out': () => makeKey(),
  'a key of zeros': () => shown(bytes('')),
  'a key of ones': () => shown(Buffer.alloc(32, 0xff)),
  'a key of order one, for which every message is signed': () => small(bytes('01')),
  'a key of order one, written in another way': () => small(Buffer.from(`ee${'ff'.repeat(30)}7f`, 'hex')),
  'a key of order two': () => small(Buffer.from(`ec${'ff'.repeat(30)}7f`, 'hex')),
  'a key of order four': () => small(bytes('')),
  'a key of order eight': () =>
    small(Buffer.from('26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'hex')),
  'a key that is no point': () => shown(bytes('02')),
  'a key with its sign changed': () =>
    shown(Buffer.from(right.publicKey.map((byte, n) => (n === 31 ? byte ^ 0x80 : byte)))),
  'a key with its first bit changed': () => shown(flipped(right.publicKey, 0)),
  'a key backwards': () => shown(Buffer.from(right.publicKey).reverse()),
  'the right key, signed by another': () => shown(right.publicKey, makeKey()),
  'another key, signed by the right one': () => shown(makeKey().publicKey),
  'a signature of zeros': () => bent((of) => Buffer.alloc(of.length)),
  'a signature of ones': () => bent((of) => Buffer.alloc(of.length, 0xff)),
  'a signature with its first bit changed': () => bent((of) => flipped(of, 0)),
  'a signature with its last byte changed': () => bent((of) => flipped(of, 63)),
  'a signature with its halves changed round': () => bent((of) => Buffer.concat([of.subarray(32), of.subarray(0, 32)])),
  'a signature with the order added': () => bent(plusOrder),
  'a signature without its first half': () => bent((of) => Buffer.concat([Buffer.alloc(32), of.subarray(32)])),
  'a signature of nothing': () => signedBy(right, () => Buffer.alloc(0)),
  'a signature in the role of the agent': () =>
    signedBy(right, (asked) => Buffer.concat([Buffer.from('tunnelkit anpx/2 agent'), asked.subarray(-32)])),
  'a signature in the role of the gateway': () =>
    signedBy(right, (asked) => Buffer.concat([Buffer.from('tunnelkit anpx/2 gateway'), asked.subarray(-32)])),
  'a signature of another conversation': () => signedBy(right, (asked) => flipped(asked, asked.length - 1)),
};

it('there are 25 of them', () => expect(Object.keys(WAYS)).toHaveLength(25));

it.each(Object.keys(WAYS))('%s is refused as a wrong token is, after the same two checks', async (way) => {
  const peer = world.raw().preface().hello();
  await world.settled();
  verified = 0;
  peer.proof({ token: WAYS[way]!() });
  await world.settled();
  expect(peer.goaway).toMatchObject({ code: 'TK-1001', permanent: true, comeBackInMs: 0 });
  expect([verified, world.relay.status().sessions]).toEqual([2, []]);
});

it('and the right one is admitted', async () => {
  const peer = world.raw().preface().hello();
  await world.settled();
  peer.proof({ token: right });
  await world.settled();
  expect(peer.names).toContain('WELCOME');
});
