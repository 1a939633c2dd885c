import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERRORS } from '../../contract/errors.ts';
import { ENVIRONMENT } from '../commands/environment.ts';
import { EXITS } from '../commands/exits.ts';
import { GLOBAL_OPTIONS } from '../commands/options.ts';
import { COMMANDS } from '../commands.ts';
import { spelled } from '../usage.ts';
import { titled } from './command-help.ts';
import { firstSteps, help } from './help.ts';
import { TOPICS } from './topics.ts';

const CLI = join(import.meta.dirname, '..');
const PAGES = [undefined, ...COMMANDS, ...TOPICS];
const nameOf = (page: (typeof PAGES)[number]) => page?.name ?? 'the overview';

/** Lines that are to be typed are not broken; a word that alone is too long cannot be. */
const mayBeLong = (line: string) => /^ {4}\S/.test(line) || line.trim().split(' ').length <= 2;

describe('help', () => {
  it.each(PAGES.map((page) => [nameOf(page), page] as const))('of %s fits 80, 60 and 40 columns', (_name, page) => {
    for (const columns of [80, 60, 40]) {
      const long = help(page, columns)
        .split('\n')
        .filter((line) => line.length > columns && !mayBeLong(line));
      expect(long).toEqual([]);
    }
  });

  it('is as wide without a terminal as on one of 80 columns, and never wider', () => {
    expect(help(undefined, undefined)).toBe(help(undefined, 80));
    expect(help(undefined, 200)).toBe(help(undefined, 80));
    expect(help(undefined, 40)).not.toBe(help(undefined, 80));
  });

  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    'of %s has all its row says',
    (_name, command) => {
      const shown = help(command, 80).replaceAll(/\s+/g, ' ');
      for (const option of command.options) {
        expect(shown).toContain(option.later ? `--${option.name}` : spelled(option));
        if (option.later) continue;
        for (const word of [...(option.choices ?? []), option.default ?? '']) expect(shown).toContain(word);
      }
      for (const [line, does] of command.examples ?? []) expect(shown).toContain(`${titled(does)} ${line}`);
      for (const status of (command.exits ?? []).filter((number) => number > 2))
        expect(shown).toContain(` ${status} ${EXITS.get(status)}`);
      for (const { choices = [] } of Object.values(command.arguments ?? {}))
        for (const [word, does] of choices) expect(shown).toMatch(new RegExp(` ${word}( [A-Z]+)? ${does}`));
    },
  );

  it('has two to five examples of every command that is built', () => {
    const built = COMMANDS.filter(({ later }) => !later);
    const many = built.map(({ name, examples = [] }) => [name, examples.length] as const);
    expect(many.filter(([name, count]) => count < (name === 'version' ? 1 : 2) || count > 5)).toEqual([]);
  });

  it('of all names every command, option of all and topic', () => {
    const shown = help(undefined, 80);
    for (const { name } of COMMANDS) expect(shown).toContain(`\n  ${name} `);
    for (const option of GLOBAL_OPTIONS) expect(shown).toContain(spelled(option));
    for (const { name } of TOPICS) expect(shown).toContain(`tunnelkit help ${name}`);
  });

  it('begins with the first steps', () => {
    const [last, ...steps] = firstSteps(80).split('\n\n').toReversed();
    expect(help(undefined, 80).startsWith(steps.toReversed().join('\n\n'))).toBe(true);
    expect(last).toBe('All commands and options: `tunnelkit --help`');
  });

  it('knows every exit status that an error has', () => {
    const unknown = Object.values(ERRORS).filter(({ exit }) => exit !== undefined && !EXITS.has(exit));
    expect(unknown).toEqual([]);
    for (const { exits = [] } of COMMANDS) for (const status of exits) expect(EXITS.has(status)).toBe(true);
  });

  it('knows every variable of its own that the program reads', () => {
    const sources = readdirSync(CLI, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !/\.(test|testkit)\.ts$/.test(name) && !name.startsWith('commands/'))
      .map((name) => readFileSync(join(CLI, name), 'utf8'));
    const read = new Set(sources.flatMap((text) => text.match(/\bTUNNELKIT_[A-Z]+(_[A-Z]+)*\b(?!_)/g) ?? []));
    expect([...read].toSorted()).toEqual(
      ENVIRONMENT.map(({ name }) => name)
        .filter((name) => name.startsWith('TUNNELKIT_'))
        .toSorted(),
    );
  });

  it('names variables of commands that there are', () => {
    const named = ENVIRONMENT.flatMap((row) => row.of ?? []);
    expect(named.filter((name) => COMMANDS.every((command) => command.name !== name))).toEqual([]);
  });
});
