import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  GENERATION_FIRST,
  GENERATION_LAST,
  generationOf,
  nextGeneration,
  OPENER,
  openerOf,
  SLOTS,
  slotOf,
  streamId,
} from './stream-id.ts';

const generation = fc.integer({ min: GENERATION_FIRST, max: GENERATION_LAST });
const slot = fc.integer({ min: 0, max: SLOTS - 1 });
const opener = fc.constantFrom(OPENER.agent, OPENER.gateway);

describe('a stream id', () => {
  it('gives back the generation, slot and opener it was made of, and stays unsigned', () => {
    fc.assert(
      fc.property(generation, slot, opener, (g, s, o) => {
        const id = streamId(g, s, o);
        expect([generationOf(id), slotOf(id), openerOf(id)]).toEqual([g, s, o]);
        expect(id).toBeGreaterThan(0);
        expect(id).toBeLessThanOrEqual(0xffff_ffff);
        expect(id).toBe(g * 2 ** 17 + s * 2 + o);
      }),
    );
  });

  it('is never 0, which stands for the session', () => {
    expect(streamId(GENERATION_FIRST, 0, OPENER.agent)).toBe(131_072);
  });

  it('at its largest fills all 32 bits', () => {
    expect(streamId(GENERATION_LAST, SLOTS - 1, OPENER.gateway)).toBe(0xffff_ffff);
  });

  it('is another one for every triple', () => {
    fc.assert(
      fc.property(fc.tuple(generation, slot, opener), fc.tuple(generation, slot, opener), (a, b) => {
        expect(streamId(...a) === streamId(...b)).toBe(a.join() === b.join());
      }),
    );
  });
});

describe('generations', () => {
  it('count up and begin anew at 1 after the last', () => {
    expect(nextGeneration(GENERATION_FIRST)).toBe(2);
    expect(nextGeneration(GENERATION_LAST)).toBe(GENERATION_FIRST);
  });
});
