import { expect, it, vi } from 'vitest';
import { KeyedStreams } from './keyed-stream.ts';
import { Ledger } from './ledger.ts';
import type { Way } from './talk.ts';

/** Lets `count` bytes of a way, or all of them, cross to a reader that then sees this end. */
async function cross(way: Way, end: 'fin' | 'reset', count = way.length): Promise<void> {
  let left = count;
  for await (const bytes of way.source()) {
    const part = (bytes as Buffer).subarray(0, left);
    if (part.length > 0) way.take(part);
    left -= part.length;
  }
  way.end(end === 'fin');
}

const made = (protocol = 'http') => {
  const ledger = new Ledger(new KeyedStreams(1));
  return { ledger, talk: ledger.talk(protocol, 100_000, 0) };
};

it('a way with every byte and FIN is whole, one with some of them and an abort is aborted', async () => {
  const { ledger, talk } = made();
  await cross(talk.up, 'fin');
  await cross(ledger.talk('http', 100_000, 0).up, 'reset', 70_000);
  ledger.judge();
  expect([ledger.ends, ledger.illegal, ledger.bytes]).toEqual([{ whole: 1, aborted: 1, byKernel: 0 }, [], 170_000]);
});

it('a way that is read has not ended until its reader saw that, and is told if it never does', async () => {
  const { ledger, talk } = made();
  expect(ledger.unended).toEqual([]);
  talk.up.take(Buffer.alloc(0));
  expect(ledger.unended).toEqual(['stream 1 up']);
  ledger.judge();
  expect(ledger.illegal).toEqual(['http: stream 1 up never saw an end']);
});

it('a clean end on a short way is illegal, and told once', async () => {
  const { ledger, talk } = made();
  await cross(talk.up, 'fin', 70_000);
  ledger.judge();
  expect(ledger.takeNews()).toEqual(['http: stream 1 up saw FIN after 70000 of 100000 bytes']);
  expect(ledger.takeNews()).toEqual([]);
});

it('a short TCP way is no fault of the product where a relay cut it there, at the first of two cuts', async () => {
  const { ledger, talk } = made('tcp');
  talk.up.cut(70_000);
  talk.up.cut(80_000);
  await cross(talk.up, 'fin', 70_000);
  const elsewhere = ledger.talk('tcp', 100_000, 0);
  elsewhere.up.cut(80_000);
  await cross(elsewhere.up, 'fin', 70_000);
  ledger.judge();
  expect(ledger.illegal).toEqual(['tcp: stream 2 up saw FIN after 70000 of 100000 bytes (cut at 80000)']);
});

it('a short TCP way of a reader whose process was killed meanwhile was ended by the kernel; HTTP has no such excuse', async () => {
  const { ledger, talk } = made('tcp');
  const http = ledger.talk('http', 100_000, 0);
  const since = performance.now();
  for (const { up } of [talk, http]) await cross(up, 'fin', 70_000);
  for (const who of ['tcp', 'http']) ledger.killed(who, since);
  ledger.judge();
  expect([ledger.ends.byKernel, ledger.illegal.length]).toEqual([1, 1]);
});

it('a kill excuses no end before it, and none of who came after it', async () => {
  const { ledger, talk } = made('tcp');
  await cross(talk.up, 'fin', 70_000);
  ledger.killed('tcp', performance.now());
  await cross(ledger.talk('tcp', 100_000, 0).up, 'fin', 70_000);
  ledger.judge();
  expect([ledger.ends.byKernel, ledger.illegal.length]).toEqual([0, 2]);
});

it('a wrong byte, and a visit that came twice, are told', async () => {
  const { ledger, talk } = made();
  talk.up.take(Buffer.alloc(10));
  talk.up.end(false);
  for (let time = 0; time < 2; time++) ledger.arrived(talk.id);
  ledger.judge();
  expect(ledger.mismatches).toEqual([expect.stringMatching(/^stream 1 up \(http\): wrong byte at \d$/)]);
  expect(ledger.illegal).toContain('stream 1 (http) came 2 times');
});

it('bytes that the keyed streams take for right are still held against the digest of what was sent', async () => {
  const { ledger, talk } = made();
  const blind = ledger.talk('http', 100_000, 0);
  vi.spyOn(KeyedStreams.prototype, 'mismatch').mockReturnValue(undefined);
  await cross(talk.up, 'fin');
  for await (const bytes of blind.up.source()) blind.up.take(Buffer.from(bytes as Buffer).fill(0, 0, 1));
  blind.up.end(true);
  vi.restoreAllMocks();
  ledger.judge();
  expect(ledger.mismatches).toEqual(['stream 2 up (http): SHA-256 differs']);
});

it('a visitor that is answered twice gets the second answer whole, whatever the first still says', async () => {
  const { ledger, talk } = made();
  const first = talk.up.source();
  first.read();
  const second = cross(talk.up, 'fin');
  first.resume();
  await second;
  ledger.judge();
  expect([ledger.ends.whole, ledger.mismatches, ledger.illegal]).toEqual([1, [], []]);
});
