import { beforeEach, describe, expect, it } from 'vitest';
import { KeyedStreams } from '../keyed-stream.ts';
import { FlowLedger } from './flow-ledger.ts';

let ledger: FlowLedger;
beforeEach(() => {
  ledger = new FlowLedger(new KeyedStreams(5));
});

/** The first datagram of a flow from this number on that is not empty. */
function full(direction: 'up' | 'down', flow: number, from = 0): Buffer {
  for (let nth = from; ; nth++) {
    const bytes = ledger.say(direction, { flow, nth });
    if (bytes.length > 0) return bytes;
  }
}

/** What is wrong once everything is over. */
function wrong(doubled = 0): readonly string[] {
  ledger.judge(doubled);
  return ledger.wrong;
}

it('datagrams may be lost and overtake each other, and are of every length', () => {
  const lengths = new Set<number>();
  const sent = Array.from({ length: 2_000 }, (_, nth) => ledger.say('up', { flow: 1, nth }));
  for (const bytes of sent.reverse().filter((_, nth) => nth % 3 > 0)) {
    lengths.add(bytes.length);
    ledger.hearUp(bytes, 9);
  }
  expect(wrong()).toEqual([]);
  expect([Math.min(...lengths), Math.max(...lengths) > 60_000]).toEqual([0, true]);
});

describe('is wrong', () => {
  it.each<[string, (bytes: Buffer) => Buffer]>([
    ['with a byte changed', (bytes) => Buffer.from(bytes).fill(bytes[9]! ^ 1, 9, 10)],
    ['cut short', (bytes) => bytes.subarray(0, -1)],
    ['glued to another', (bytes) => Buffer.concat([bytes, bytes])],
    ['of a few bytes', () => Buffer.alloc(3)],
  ])('a datagram %s', (_, change) => {
    ledger.hearUp(change(full('up', 1)), 9);
    expect(wrong()).toHaveLength(1);
  });

  it('a datagram of the other direction', () => {
    ledger.hearDown(full('up', 1), 1);
    expect(wrong()).toHaveLength(1);
  });

  it('one that comes to the visitor of another flow', () => {
    ledger.hearDown(full('down', 1), 2);
    expect(wrong()).toEqual(['a datagram of flow 1 came to the visitor of flow 2']);
  });

  it('a second flow from the port of the first, but not one that has the port after it', () => {
    const first = full('up', 1);
    for (const bytes of [first, full('up', 2)]) ledger.hearUp(bytes, 9);
    ledger.hearDown(full('down', 1), 2);
    expect(ledger.wrong).toEqual([]);
    ledger.hearUp(full('up', 1, 50), 9);
    expect(wrong()).toEqual(['flows 1 and 2 came from one port']);
  });

  it('one that comes twice, or an empty one from nobody, unless a relay doubled as many', () => {
    const bytes = full('up', 1);
    for (let time = 0; time < 2; time++) ledger.hearUp(bytes, 9);
    expect(wrong(1)).toEqual([]);
    for (let time = 0; time < 50; time++) ledger.hearDown(Buffer.alloc(0), 1);
    expect(wrong()).toHaveLength(1);
  });
});
