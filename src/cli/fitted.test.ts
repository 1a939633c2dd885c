import { describe, expect, it } from 'vitest';
import { fitted } from './fitted.ts';

const LINK = `tk://example.com:443/?token=${'x'.repeat(60)}`;

describe('a sentence on a terminal', () => {
  it('is broken between words and goes on below its beginning', () => {
    expect(fitted('tunnelkit: TK-4005 The address is in use.\n  seen: Another gateway listens there.', 30)).toBe(
      'tunnelkit: TK-4005 The address\n  is in use.\n  seen: Another gateway\n    listens there.',
    );
  });

  it('is as long as it is seen, whatever its colours take', () => {
    const coloured = '\u001b[2mtime\u001b[22m \u001b[33mwarn\u001b[39m of twenty columns';
    expect(fitted(coloured, 28)).toBe(coloured);
    expect(fitted(coloured, 20)).toBe(coloured.replace(' columns', '\n  columns'));
  });

  it('keeps code in one piece where that fits a line', () => {
    expect(fitted('Run `tunnelkit login LINK` with the link.', 30)).toBe(
      'Run `tunnelkit login LINK`\n  with the link.',
    );
    expect(fitted('Go and run `tunnelkit login LINK` now.', 30)).toBe('Go and run\n  `tunnelkit login LINK` now.');
    expect(fitted('See `tunnelkit completion bash --help`.', 24)).toBe('See `tunnelkit\n  completion bash\n  --help`.');
  });

  it('is left to the terminal where it is a command to copy, or one long word', () => {
    expect(fitted(`  tunnelkit login '${LINK}'`, 40)).toBe(`  tunnelkit login '${LINK}'`);
    expect(fitted(`see ${LINK} there`, 40)).toBe(`see\n  ${LINK}\n  there`);
  });

  it('stays as it is where there is no terminal, and on one too narrow for words', () => {
    const line = 'a line that is longer than twenty columns';
    expect(fitted(line, undefined)).toBe(line);
    expect(fitted(line, 10)).toBe(line);
  });
});
