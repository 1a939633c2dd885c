import { describe, expect, it } from 'vitest';
import type { Figure, Surroundings } from '../report-types.ts';
import { findings } from './findings.ts';
import { remarks } from './noise.ts';
import { around, figure, SURROUNDINGS, TYPICAL } from './samples.testkit.ts';

const of = (figures: readonly Figure[], more: Partial<Surroundings> = {}) =>
  remarks(findings(figures), { ...SURROUNDINGS, ...more });
const about = (figures: readonly Figure[], more: Partial<Surroundings> = {}) =>
  of(figures, more).map((remark) => remark.about);

describe('remarks on noise', () => {
  it('are none for quiet rounds on an idle machine with cores enough', () => {
    expect(of(TYPICAL.figures)).toEqual([]);
  });

  it('warn of direct rounds that lie far apart, and name the worst', () => {
    const [remark] = of([
      figure('http.c1', { direct: [100, 130, 90, 110, 95, 125], tls: around(40) }),
      figure('http.c64', { direct: [100, 160, 90, 110, 95, 125], tls: around(40) }),
    ]);
    expect(remark).toMatchObject({ level: 'warning', about: 'spread' });
    expect(remark!.words).toContain('http.c64 (67%) and 1 more');
    expect(remark!.todo).toContain('--runs');
    const far = of([figure('http.c1', { direct: [100, 2_400, 90, 110, 95, 125] })]);
    expect(far[0]!.words).toContain('http.c1 (22 times its median)');
  });

  it('do not blame the machine for a tunnel whose rounds lie far apart', () => {
    const noisy = figure('http.c1', { direct: around(100), tls: [20, 60, 40, 30, 50, 45] });
    expect(about([noisy])).toEqual(['interval']);
    expect(of([noisy])[0]!.words).toContain('http.c1.tls');
  });

  it('warn of a machine that slows down over the rounds', () => {
    const direct = [100, 98, 95, 93, 91, 88];
    expect(about([figure('http.c1', { direct, tls: direct })])).toEqual(['drift']);
    expect(about([figure('http.c1', { direct: [100, 88, 95, 91, 98, 93], tls: direct })])).not.toContain('drift');
  });

  it('warn of a busy machine by its load and cores', () => {
    expect(about([], { loadBefore: 2.1 })).toEqual(['load']);
    expect(about([], { loadBefore: 1.9 })).toEqual([]);
    expect(of([], { loadBefore: 1.5, cores: 2 })[0]!.words).toContain('1.50 on 2 cores');
  });

  it('say what few rounds and short measurements are worth', () => {
    expect(of([], { runs: 5 })).toMatchObject([{ about: 'rounds', level: 'note' }]);
    expect(of([], { runs: 3 })).toMatchObject([{ about: 'rounds', level: 'warning' }]);
    expect(of([], { runs: 1 })[0]!.words).toContain('1 round gives no interval');
    expect(about([], { seconds: 0.2 })).toEqual(['seconds']);
  });

  it('note shared cores and an unknown clock after every warning', () => {
    expect(about([], { cores: 2, cpuMhz: 0, loadBefore: 4 })).toEqual(['load', 'cores', 'clock']);
  });
});
