// There is no PowerShell on the machines that run these tests: the script's shape is what can be checked.
import { describe, expect, it } from 'vitest';
import { offered } from './offers.ts';
import { powershellScript } from './powershell.ts';

/** Strings taken out, so that what is left is only PowerShell's own signs; throws on a string that does not end. */
function withoutStrings(script: string): string {
  const left = script.replaceAll(/'(?:[^'\n]|'')*'/g, 'S');
  if (left.includes("'")) throw new Error('a string does not end');
  return left;
}

const PAIRS: Readonly<Record<string, string>> = { ')': '(', '}': '{', ']': '[' };

function unclosed(text: string): string {
  const open: string[] = [];
  for (const sign of text.match(/[()[\]{}]/g) ?? []) {
    if (!(sign in PAIRS)) open.push(sign);
    else if (open.pop() !== PAIRS[sign]) return `${sign} too many`;
  }
  return open.join('');
}

describe('the PowerShell script', () => {
  const script = powershellScript(offered());

  it('closes every string and bracket', () => {
    const code = withoutStrings(script).replaceAll(/^\s*#.*$/gm, '');
    expect(unclosed(code)).toBe('');
  });

  it('has an entry for every command, each once, with its options', () => {
    const { first, commands } = offered();
    for (const { name, options } of [first, ...commands]) {
      const [entry, ...more] = script
        .split('\n')
        .flatMap((line, at, all) => (line === `  '${name}' = @{` ? [all[at + 1]!] : []));
      expect(more).toEqual([]);
      for (const { flag } of options) expect(entry).toContain(`,@('${flag}', '`);
    }
  });

  it('doubles the quotes of what it says', () => {
    const row = { name: 'a', does: '', options: [{ flag: '--x', does: "it's ‘so’", often: false }], arguments: [] };
    expect(powershellScript({ first: row, commands: [] })).toContain("'it''s ‘‘so’’'");
  });
});
