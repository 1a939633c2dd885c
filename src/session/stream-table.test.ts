import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '../protocol/error.ts';
import { GENERATION_LAST, generationOf, OPENER, slotOf, streamId } from '../protocol/stream-id.ts';
import { StreamTable } from './stream-table.ts';

const make = (ownMax = 3, peerMax = 3) => new StreamTable<string>(OPENER.gateway, ownMax, peerMax);

describe('a table of streams', () => {
  it('gives out slots up to what the peer takes, and those that are free again', () => {
    const table = make();
    const ids = [table.allocate(), table.allocate(), table.allocate()];
    for (const id of ids) table.put(id, 'x');
    expect([ids.map(slotOf), table.allocate(), table.size]).toEqual([[0, 1, 2], 0, 3]);
    table.remove(ids[1]!);
    const again = table.allocate();
    expect([slotOf(again), generationOf(again)]).toEqual([1, 2]);
  });

  it('tells streams that are, that were, and that never were', () => {
    const table = make();
    const first = table.allocate();
    table.put(first, 'first');
    const second = streamId(2, 0, OPENER.gateway);
    expect([table.find(first), table.find(second), table.was(second)]).toEqual(['first', undefined, false]);
    table.remove(first);
    expect([table.find(first), table.was(first), table.was(streamId(1, 1, OPENER.gateway))]).toEqual([
      undefined,
      true,
      false,
    ]);
    table.put(table.allocate(), 'second');
    expect([table.find(second), table.find(first), table.was(first)]).toEqual(['second', undefined, true]);
  });

  it('knows the old from the new also where generations begin anew', () => {
    const table = make();
    for (let i = 0; i < GENERATION_LAST + 1; i++) {
      const id = table.allocate();
      table.put(id, 'x');
      if (i < GENERATION_LAST) table.remove(id);
    }
    const now = streamId(1, 0, OPENER.gateway);
    expect(table.find(now)).toBe('x');
    expect(table.was(streamId(GENERATION_LAST, 0, OPENER.gateway))).toBe(true);
    expect(table.was(streamId(2, 0, OPENER.gateway))).toBe(false);
  });

  it('uses a generation again that the peer has never heard of', () => {
    const table = make();
    const first = table.allocate();
    table.put(first, 'x');
    table.withdraw(first);
    expect(table.allocate()).toBe(first);
    table.put(first, 'x');
    table.remove(first);
    const second = table.allocate();
    table.put(second, 'x');
    table.withdraw(second);
    expect([table.was(first), table.find(second), table.allocate()]).toEqual([true, undefined, second]);
  });

  it('takes from the peer a free slot with the generation that is due, and nothing else', () => {
    const table = make();
    const id = (generation: number, slot: number) => streamId(generation, slot, OPENER.agent);
    table.admit(id(1, 2));
    table.put(id(1, 2), 'x');
    for (const wrong of [id(1, 2), id(2, 2), id(2, 0), id(1, 3), streamId(1, 0, OPENER.gateway)]) {
      expect(() => table.admit(wrong)).toThrow(ProtocolError);
    }
    table.remove(id(1, 2));
    expect(() => table.admit(id(1, 2))).toThrow(ProtocolError);
    expect(() => table.admit(id(3, 2))).toThrow(ProtocolError);
    table.admit(id(2, 2));
  });

  it('two of them agree on every id, however streams come and go', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 200 }), (acts) => {
        const opener = make(5, 5);
        const acceptor = new StreamTable<string>(OPENER.agent, 5, 5);
        const open: number[] = [];
        for (const act of acts) {
          if (act < 6) {
            const id = opener.allocate();
            expect(id === 0).toBe(open.length === 5);
            if (id === 0) continue;
            acceptor.admit(id);
            opener.put(id, 'x');
            acceptor.put(id, 'x');
            open.push(id);
          } else if (open.length > 0) {
            const [id] = open.splice(act % open.length, 1);
            opener.remove(id!);
            acceptor.remove(id!);
          }
          expect([[...opener].length, [...acceptor].length]).toEqual([open.length, open.length]);
        }
      }),
    );
  });
});
