// Micro-benches cannot rot: each runs tiny here. Run one for real with `node bench/NAME.bench.ts`.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const TINY = 20;
const names = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.bench.ts'));

describe('the micro-benches', () => {
  it('are there for the hot rooms', () => {
    expect(names.sort()).toEqual(['http.bench.ts', 'pipe.bench.ts', 'protocol.bench.ts', 'session.bench.ts']);
  });

  it.each(names)('%s runs and measures something', async (name) => {
    const { run } = (await import(`./${name}`)) as { run(iterations: number): unknown };
    const figures = await run(TINY);
    expect(JSON.stringify(figures) ?? '').toMatch(/\d/);
  });
});
