import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Gathered } from './gathered.ts';

function gathered() {
  const written: string[] = [];
  return { written, output: new Gathered({ write: (text) => written.push(text) }) };
}

describe('what is gathered', () => {
  it('leaves in one piece when the turn is over', async () => {
    const { written, output } = gathered();
    output.write('a\n');
    output.write('b\n');
    expect(written).toEqual([]);
    await setImmediate();
    output.write('c\n');
    await setImmediate();
    expect(written).toEqual(['a\nb\n', 'c\n']);
  });

  it('leaves at once when the process ends', async () => {
    const { written, output } = gathered();
    output.write('last words\n');
    output.flush();
    await setImmediate();
    expect(written).toEqual(['last words\n']);
  });

  it('is bounded within a turn', () => {
    const { written, output } = gathered();
    for (let i = 0; i < 10; i++) output.write('x'.repeat(10_000));
    expect(written.map((text) => text.length)).toEqual([70_000]);
  });
});
