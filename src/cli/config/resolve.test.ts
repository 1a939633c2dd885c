import { describe, expect, it } from 'vitest';
import { type Rules, resolve } from './resolve.ts';

interface Sample {
  readonly town?: string;
  readonly street?: string;
  readonly lamps?: number;
}

const RULES = {
  town: { variable: 'TOWN' },
  street: { variable: 'STREET', fallback: ({ town }) => `${town} Street` },
  lamps: { fallback: (_known, env) => Number(env.LAMPS) },
} as const satisfies Rules<Sample>;

const decided = (options: object, env: Record<string, string>, file: Sample) =>
  resolve(RULES, { options: { ...options }, env, file });

describe('a value', () => {
  it.each([
    [{ town: 'A' }, { TOWN: 'B' }, { town: 'C' }, 'A', 'flag'],
    [{ town: undefined }, { TOWN: 'B' }, { town: 'C' }, 'B', 'variable'],
    [{}, { TOWN: '' }, { town: 'C' }, 'C', 'file'],
    [{}, {}, {}, undefined, 'none'],
  ])('from flag %j, environment %j and file %j', (options, env, file, town, by) => {
    const { values, decidedBy } = decided(options, env, file);
    expect([values.town, decidedBy.town]).toEqual([town, by]);
  });

  it('that nobody gives is the default, which may follow from others and the environment', () => {
    const { values, decidedBy } = decided({ town: 'York' }, { LAMPS: '3' }, {});
    expect(values).toEqual({ town: 'York', street: 'York Street', lamps: 3 });
    expect(decidedBy).toEqual({ town: 'flag', street: 'default', lamps: 'default' });
  });

  it('that is false or 0 is a value', () => {
    const { values, decidedBy } = decided({ lamps: 0 }, { LAMPS: '3' }, { lamps: 5 });
    expect([values.lamps, decidedBy.lamps]).toEqual([0, 'flag']);
  });
});
