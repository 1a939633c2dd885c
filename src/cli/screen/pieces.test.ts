import { describe, expect, it } from 'vitest';
import { briefly } from '../duration.ts';
import { isForeground } from './foreground.ts';
import { keysIn } from './keyboard.ts';
import { clipboardSequence, openerFor } from './outside.ts';
import { Pace } from './pace.ts';
import { Rate } from './rate.ts';
import { rate } from './units.ts';

describe('figures', () => {
  it('are short at every size', () => {
    const times = [0.4, 12, 999.4, 999.6, 1_210, 9_960, 99_400, 100_000, 5_900_000, 36_000_000].map(briefly);
    expect(times).toEqual(['0 ms', '12 ms', '999 ms', '1.0 s', '1.2 s', '10 s', '99 s', '2 min', '98 min', '10.0 h']);
    expect([0.04, 4.2, 9.96, 1_250.4].map(rate)).toEqual(['0.0/s', '4.2/s', '10/s', '1250/s']);
  });
});

describe('the pace', () => {
  it('lets a burst through, then ten lines a second, and counts the rest', () => {
    const pace = new Pace(0);
    expect(Array.from({ length: 300 }, () => pace.take(0)).filter(Boolean)).toHaveLength(20);
    expect([pace.skipped(), pace.skipped()]).toEqual([280, 0]);
    expect(Array.from({ length: 300 }, () => pace.take(1_000)).filter(Boolean)).toHaveLength(10);
    expect(pace.take(60_000)).toBe(true);
  });
});

describe('the rate', () => {
  it('is that of the last seconds, and zero after a quiet while', () => {
    const counter = new Rate();
    expect(counter.at(0, 0)).toBe(0);
    for (let now = 100; now <= 10_000; now += 100) counter.at(now, now / 10);
    expect(counter.at(10_000, 1_000)).toBeCloseTo(100, 0);
    for (let now = 10_100; now <= 17_000; now += 100) counter.at(now, 1_000);
    expect(counter.at(17_000, 1_000)).toBe(0);
  });

  it('takes what came at once for a second of it', () => {
    const counter = new Rate();
    counter.at(0, 0);
    expect(counter.at(10, 50)).toBe(50);
  });
});

describe('keys', () => {
  it('are single characters; sequences and pastes are none, but Ctrl-C is heard in them', () => {
    expect(keysIn('q')).toEqual(['q']);
    expect(keysIn('\u001b[A')).toEqual([]);
    expect(keysIn('open sesame')).toEqual([]);
    expect(keysIn('pasted\u0003text')).toEqual(['\u0003']);
  });
});

describe('the foreground', () => {
  const stat = (group: number, terminal: number) => `42 (a b) (c)) S 1 ${group} 7 34816 ${terminal} 4194304 1`;
  it('is read from the process groups, whatever the program is called', () => {
    expect([isForeground(stat(42, 42)), isForeground(stat(42, 7)), isForeground(stat(42, -1))]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

describe('the ways out', () => {
  it('hand the clipboard its text as one sequence', () => {
    expect(clipboardSequence('http://é/')).toBe('\u001b]52;c;aHR0cDovL8OpLw==\u0007');
  });

  it('open a browser only for what it can show, and only where it can be seen', () => {
    expect(openerFor('tcp://h:1', { DISPLAY: ':0' }, 'linux')).toMatch(/^only http/);
    expect(openerFor('file:///etc/passwd', {}, 'darwin')).toMatch(/^only http/);
    expect(openerFor('http://h/', {}, 'linux')).toMatch(/^no display here/);
    expect(openerFor('http://h/?a&b', { WAYLAND_DISPLAY: 'w' }, 'linux')).toEqual({
      command: 'xdg-open',
      args: ['http://h/?a&b'],
    });
    expect(openerFor('https://h/', {}, 'darwin')).toEqual({ command: 'open', args: ['https://h/'] });
    expect(openerFor('https://h/?a&b', {}, 'win32')).toEqual({ command: 'explorer.exe', args: ['https://h/?a&b'] });
  });
});
