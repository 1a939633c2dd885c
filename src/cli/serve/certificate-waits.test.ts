import { beforeEach, describe, expect, it } from 'vitest';
import { type LimitName, limitValues } from '../../contract/limits.ts';
import { VirtualClock } from '../../pipe/memory/clock.ts';
import { Waits } from './certificate-waits.ts';

const limits = { ...limitValues(), certificateWaits: 2 };
let clock: VirtualClock;
let bounds: LimitName[];
let waits: Waits;
beforeEach(() => {
  clock = new VirtualClock();
  bounds = [];
  waits = new Waits(clock, limits, (limit) => bounds.push(limit));
});

const settles = async (wait: Promise<void> | undefined) => {
  let isOver = false;
  void wait?.then(() => {
    isOver = true;
  });
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  return isOver;
};

describe('handshakes that wait for a certificate', () => {
  it('wait for nothing where none is coming', () => {
    expect(waits.bounded(undefined)).toBeUndefined();
  });

  it('wait until it has come, and leave no timer behind', async () => {
    const coming = Promise.withResolvers<void>();
    const wait = waits.bounded(coming.promise);
    expect(await settles(wait)).toBe(false);
    coming.resolve();
    await wait;
    expect([clock.nextAt, bounds]).toEqual([Number.POSITIVE_INFINITY, []]);
  });

  it('wait no longer than the limit says', async () => {
    const wait = waits.bounded(new Promise(() => {}));
    clock.advance(limits.certificateWaitMs - 1);
    expect(await settles(wait)).toBe(false);
    clock.advance(1);
    await wait;
    expect(bounds).toEqual(['certificateWaitMs']);
  });

  it('are no more than the limit says; each that ends makes room', async () => {
    const coming = Promise.withResolvers<void>();
    const both = [waits.bounded(coming.promise), waits.bounded(coming.promise)];
    expect([waits.bounded(coming.promise), bounds]).toEqual([undefined, ['certificateWaits']]);
    coming.resolve();
    await Promise.all(both);
    expect(waits.bounded(Promise.resolve())).toBeDefined();
  });
});
