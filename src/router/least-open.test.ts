import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LeastOpen } from './least-open.ts';

const idle = { streams: 0, shunned: false };

it('takes equals one after the other', () => {
  const choice = new LeastOpen();
  const [a, b, c] = [{ ...idle }, { ...idle }, { ...idle }];
  const picked = Array.from({ length: 6 }, () => choice.pick([a, b, c]));
  expect(new Set(picked.slice(0, 3))).toEqual(new Set([a, b, c]));
  expect(picked.slice(3)).toEqual(picked.slice(0, 3));
});

it('takes whoever has the fewest, of those who have not just failed, if there are any', () => {
  const candidate = fc.record({ streams: fc.nat(3), shunned: fc.boolean() });
  fc.assert(
    fc.property(fc.array(candidate, { minLength: 1, maxLength: 6 }), fc.nat(10), (all, before) => {
      const choice = new LeastOpen();
      for (let i = 0; i < before; i += 1) choice.pick(all);
      const well = all.filter(({ shunned }) => !shunned);
      const among = well.length > 0 ? well : all;
      const picked = choice.pick(all)!;
      expect(among).toContain(picked);
      expect(picked.streams).toBe(Math.min(...among.map(({ streams }) => streams)));
    }),
  );
});

it('finds nobody where nobody is', () => {
  expect(new LeastOpen().pick([])).toBeUndefined();
});

it('gives whoever never finishes no more than its share of what is under way', () => {
  const choice = new LeastOpen();
  const silent = { ...idle };
  const others = [{ ...idle }, { ...idle }];
  for (let i = 0; i < 300; i += 1) {
    const picked = choice.pick([silent, ...others])!;
    if (picked === silent) silent.streams += 1;
  }
  expect(silent.streams).toBe(1);
});
