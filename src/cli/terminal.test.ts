import { describe, expect, it } from 'vitest';
import { terminalOf } from './terminal.ts';

const ALL = { stdin: true, stdout: true, stderr: true };
const XTERM = { TERM: 'xterm' };

describe('a terminal', () => {
  it('is drawn on, coloured and listened to', () => {
    const whole = { live: true, person: true, resultShown: true, keys: true, colour: 1, resultColour: 1 };
    expect(terminalOf(XTERM, {}, ALL)).toEqual(whole);
  });

  it('is still drawn on when the result goes into a pipe or the keys come from one', () => {
    expect(terminalOf(XTERM, {}, { ...ALL, stdout: false })).toMatchObject({
      live: true,
      resultShown: false,
      keys: true,
    });
    expect(terminalOf(XTERM, {}, { ...ALL, stdin: false })).toMatchObject({ live: true, keys: false });
  });

  it.each([
    ['is no terminal', XTERM, {}, { ...ALL, stderr: false }],
    ['cannot move its cursor', { TERM: 'dumb' }, {}, ALL],
    ['belongs to a build', { ...XTERM, CI: 'true' }, {}, ALL],
    ['is to be quiet', XTERM, { quiet: true }, ALL],
    ['shows JSON', XTERM, { json: true }, ALL],
    ['takes records', XTERM, { 'log-format': 'json' }, ALL],
    ['is to have lines', XTERM, { 'log-format': 'pretty' }, ALL],
  ])('gets no drawing and reads no keys when it %s', (_why, env, options, streams) => {
    expect(terminalOf(env, options, streams)).toMatchObject({ live: false, keys: false });
  });

  it('takes CI=false for no build', () => {
    expect(terminalOf({ ...XTERM, CI: 'false' }, {}, ALL).live).toBe(true);
  });
});

describe('colour', () => {
  const colour = (env: Record<string, string>, options = {}, stderr = true) =>
    terminalOf({ ...XTERM, ...env }, options, { ...ALL, stderr }).colour;

  it('follows what the terminal says of itself', () => {
    expect(colour({})).toBe(1);
    expect(colour({ TERM: 'xterm-256color' })).toBe(2);
    expect(colour({ TERM: 'xterm-256color', COLORTERM: 'truecolor' })).toBe(3);
    expect(colour({ TERM: 'dumb' })).toBe(0);
    expect(colour({}, {}, false)).toBe(0);
  });

  it('of a result is that of the stream it goes to', () => {
    expect(terminalOf(XTERM, {}, { ...ALL, stdout: false })).toMatchObject({ colour: 1, resultColour: 0 });
    const forced = terminalOf({ ...XTERM, FORCE_COLOR: '1' }, {}, { ...ALL, stdout: false });
    expect(forced).toMatchObject({ colour: 1, resultColour: 1 });
  });

  it('is off with NO_COLOR, unless that is empty', () => {
    expect(colour({ NO_COLOR: '1' })).toBe(0);
    expect(colour({ NO_COLOR: '' })).toBe(1);
  });

  it('is what FORCE_COLOR says, also into a pipe and against NO_COLOR', () => {
    const forced = ['0', 'false', '1', '2', '3', 'true'].map((FORCE_COLOR) => colour({ FORCE_COLOR }, {}, false));
    expect(forced).toEqual([0, 0, 1, 2, 3, 1]);
    expect(colour({ FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(1);
    expect(colour({ FORCE_COLOR: '' }, {}, false)).toBe(0);
  });

  it('is decided by --no-color and --color before anything else', () => {
    expect(colour({ FORCE_COLOR: '3' }, { color: false })).toBe(0);
    expect(colour({ NO_COLOR: '1' }, { color: true })).toBe(1);
    expect(colour({}, { color: true }, false)).toBe(1);
  });
});
