import { describe, expect, it } from 'vitest';
import type { Path } from './report-types.ts';
import { runRounds, type Turn } from './rounds.ts';

const turn = (id: string, paths: readonly Path[] = ['direct', 'tls', 'plain']): Turn => ({
  id,
  paths,
  figures: [
    { id, title: id, unit: 'req/s', better: 'more' },
    { id: `${id}.p99`, title: id, unit: 'µs', better: 'less' },
  ],
});
const signal = new AbortController().signal;

describe('the rounds of a run', () => {
  it('measure each path of each scenario in turn, every one first once, after a round that does not count', async () => {
    const order: string[] = [];
    const { figures, failures } = await runRounds(
      [turn('a'), turn('b', ['tls']), { ...turn('c', ['tls']), cold: true }],
      {
        runs: 2,
        measure: async ({ id }, path, round) => {
          order.push(`${round} ${id} ${path}`);
          return [order.length, -order.length];
        },
        say: () => {},
        signal,
      },
    );
    expect(order).toEqual([
      ...['0 a direct', '0 a tls', '0 a plain', '0 b tls'],
      ...['1 a tls', '1 a plain', '1 a direct', '1 b tls', '1 c tls'],
      ...['2 a plain', '2 a direct', '2 a tls', '2 b tls', '2 c tls'],
    ]);
    expect(failures).toEqual([]);
    expect(figures.map(({ id, series }) => [id, series])).toEqual([
      [
        'a',
        [
          { path: 'direct', samples: [7, 11] },
          { path: 'tls', samples: [5, 12] },
          { path: 'plain', samples: [6, 10] },
        ],
      ],
      ['a.p99', expect.arrayContaining([{ path: 'direct', samples: [-7, -11] }])],
      ['b', [{ path: 'tls', samples: [8, 13] }]],
      ['b.p99', [{ path: 'tls', samples: [-8, -13] }]],
      ['c', [{ path: 'tls', samples: [9, 14] }]],
      ['c.p99', [{ path: 'tls', samples: [-9, -14] }]],
    ]);
  });

  it('go on without a scenario that fails, and say why it did', async () => {
    const measured: string[] = [];
    const { figures, failures } = await runRounds([turn('bad'), turn('good')], {
      runs: 3,
      measure: async ({ id }, path, round) => {
        measured.push(id);
        if (id === 'bad' && round === 1 && path === 'plain') throw new Error('a byte was lost');
        return [1, 1];
      },
      say: () => {},
      signal,
    });
    expect(failures).toEqual([{ scenario: 'bad', why: 'plain: a byte was lost' }]);
    expect(figures.map(({ id }) => id)).toEqual(['good', 'good.p99']);
    expect(measured.filter((id) => id === 'bad')).toHaveLength(5);
  });

  it('end at once when aborted, whatever the measurement that was under way says of it', async () => {
    const abort = new AbortController();
    const run = runRounds([turn('a')], {
      runs: 1,
      measure: async () => {
        abort.abort(new Error('enough'));
        throw new Error('a load process ended');
      },
      say: () => {},
      signal: abort.signal,
    });
    await expect(run).rejects.toThrow('enough');
  });
});
