// The pages in man/ are what `make man` makes of the command table and the schema, and man(1) shows them without a complaint.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../commands.ts';
import { checkConfig } from '../config/load.ts';
import { configExamples } from './config-page.ts';
import { manualPages } from './pages.ts';
import { copied, page, prose, typed } from './roff.ts';

const ROOT = join(import.meta.dirname, '../../..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
const pages = manualPages(version);
const files = readdirSync(join(ROOT, 'man'));

/** As a reader of an 80-column terminal sees it; what man complains of goes to `complaints`. */
function shown(name: string): { readonly text: string; readonly complaints: string } {
  const args = ['--warnings', '-l', '-E', 'UTF-8', '-Tutf8', join(ROOT, 'man', name)];
  const env = { PATH: process.env.PATH, MANWIDTH: '80', LC_ALL: 'C.UTF-8', MAN_KEEP_FORMATTING: '' };
  const { stdout, stderr } = spawnSync('man', args, { env, encoding: 'utf8' });
  // Bold and underlined as terminals of old had them.
  return { text: stdout.replaceAll(/.\x08|\x1b\[[0-9;]*m/g, ''), complaints: stderr };
}

describe('the manual', () => {
  it('has a page of every command, one of all, one of the file, and no other', () => {
    expect(files.toSorted()).toEqual([...pages.keys()].toSorted());
    for (const { name } of COMMANDS) expect(files).toContain(`tunnelkit-${name}.1`);
  });

  it('is up to date: run `make man` after a change of the command table or the schema, and commit it', () => {
    const stale = [...pages].filter(([name, text]) => readFileSync(join(ROOT, 'man', name), 'utf8') !== text);
    expect(stale.map(([name]) => name)).toEqual([]);
  });

  it('is shown by man without a warning, with every option and example in it', () => {
    for (const name of files) expect([name, shown(name).complaints]).toEqual([name, '']);
    const { text } = shown('tunnelkit-expose.1');
    const expose = COMMANDS.find((command) => command.name === 'expose')!;
    for (const { name } of expose.options) expect(text).toContain(`--${name}`);
    for (const [line] of expose.examples!) expect(text).toContain(`    ${line}\n`);
    for (const heading of [
      'NAME',
      'SYNOPSIS',
      'DESCRIPTION',
      'OPTIONS',
      'ENVIRONMENT',
      'FILES',
      'EXIT STATUS',
      'SEE ALSO',
    ])
      expect(text).toContain(`\n${heading}\n`);
  });

  it('shows configurations that are right', () => {
    for (const [, file, text] of configExamples) expect(checkConfig(text, file)).toBeTypeOf('object');
  });

  it('keeps what is typed as it is typed, and lets no line be a request', () => {
    expect(typed("--a '\\n' ~")).toBe('\\fB\\-\\-a \\(aq\\en\\(aq \\(ti\\fR');
    expect(copied('.TH\n…')).toBe('.RS 4\n.nf\n\\&.TH\n\\&...\n.fi\n.RE');
    expect(prose("'quoted' with `code` and --flag")).toBe("\\&'quoted' with \\fBcode\\fR and \\fB\\-\\-flag\\fR");
    expect(page({ name: 'a-b', chapter: 1, version: '1.0', summary: 'c' }, [])).toContain(
      '.TH A\\-B 1 "" "tunnelkit 1.0"',
    );
  });
});
