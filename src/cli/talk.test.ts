import { describe, expect, it } from 'vitest';
import { TunnelError } from '../contract/errors.ts';
import { type Manner, Talk } from './talk.ts';

function talking(manner: Partial<Manner> = {}, columns?: number) {
  const [out, err]: [string[], string[]] = [[], []];
  const stdout = { write: (text: string) => out.push(text) };
  const stderr = { columns, write: (text: string) => err.push(text) };
  const talk = new Talk(stdout, stderr, { json: false, quiet: false, ...manner });
  return { talk, out: () => out.join(''), err: () => err.join('') };
}

const UNKNOWN = new TunnelError('TK-5004', '"hoem" is no name.');

describe('what is said', () => {
  it('goes to stderr from the level that was asked for, and results to stdout whatever it is', () => {
    const { talk, out, err } = talking({ level: 'warn' });
    talk.say('published');
    talk.say('lost', { level: 'warn', time: '10:00:00' });
    talk.result('http://x');
    expect([out(), err()]).toEqual(['http://x\n', '10:00:00 lost\n']);
    const quiet = talking({ quiet: true, level: 'trace' });
    quiet.talk.say('lost', { level: 'warn' });
    quiet.talk.fail(UNKNOWN);
    expect(quiet.err()).toMatch(/^tunnelkit: TK-5004 /);
  });

  it('is one JSON object a line for programs, errors and all', () => {
    const { talk, err } = talking({ records: true }, 40);
    talk.say('published', { time: '10:00:00' });
    talk.fail(UNKNOWN);
    const [said, failed] = err()
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(said).toEqual({ time: expect.stringMatching(/^\d{4}-.*Z$/), level: 'info', msg: 'published' });
    expect(failed).toMatchObject({ level: 'error', code: 'TK-5004', seen: '"hoem" is no name.', todo: UNKNOWN.todo });
  });

  it('is broken between words on a terminal, also through what is drawn there', () => {
    const { talk, err } = talking({}, 30);
    talk.fail(UNKNOWN);
    expect(
      Math.max(
        ...err()
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(30);
    expect(err().split('\n').slice(0, 4)).toEqual([
      'tunnelkit: TK-5004 The gateway',
      '  is not known.',
      '  seen: "hoem" is no name.',
      '  to do: Run',
    ]);
    const lines: string[] = [];
    talk.through({ line: (text) => lines.push(text), result: (write) => write() });
    talk.say('a sentence that is longer than the terminal is wide');
    expect(lines).toEqual(['a sentence that is longer than', '  the terminal is wide']);
  });
});

describe('what to do about an error', () => {
  it('is what the table says, unless it is known better where it happened', () => {
    const { talk, out, err } = talking({ json: true });
    talk.fail(new TunnelError('TK-5005', 'There is no token "x".', { todo: '`tunnelkit token list` shows them.' }));
    expect(err()).toContain('to do: `tunnelkit token list` shows them.');
    expect(JSON.parse(out())).toMatchObject({ type: 'error', todo: '`tunnelkit token list` shows them.' });
  });
});
