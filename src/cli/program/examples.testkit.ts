// What README.md and `--help` show: every command line, and every file. Knows nothing of what they do.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { COMMANDS } from '../commands.ts';
import { ROOT } from './program.testkit.ts';

export interface Example {
  /** Where it is shown. */
  readonly from: string;
  readonly line: string;
  /** What stands behind its `#`, or above it. */
  readonly promise: string;
}

export interface ShownFile {
  readonly language: string;
  readonly text: string;
}

/** Lines of a shell, those that go on in the next one joined; a comment of its own is for the reader. */
function shellLines(from: string, text: string): readonly Example[] {
  return [...text.replaceAll(/\\\n\s*/g, '').matchAll(/^(?!#)(\S.*?)(?:\s+# (.*))?$/gm)].map(([, line, promise]) => ({
    from,
    line: line!,
    promise: promise ?? '',
  }));
}

/** What the jobs of a CI workflow run. */
function workflowLines(text: string): readonly Example[] {
  const { jobs } = parse(text) as { jobs: Record<string, { steps: readonly { run?: string }[] }> };
  const steps = Object.values(jobs).flatMap((job) => job.steps);
  return steps.flatMap(({ run }) => (run === undefined ? [] : shellLines('the workflow of README.md', run)));
}

/**
 * The fenced blocks of README.md: `sh` and a CI workflow as the lines they run, `yaml`, `toml` and `json` as files. A block of
 * `text` shows what a program says; every other language needs a rule here.
 */
export function shownByReadme(): { readonly examples: readonly Example[]; readonly files: readonly ShownFile[] } {
  const readme = readFileSync(`${ROOT}/README.md`, 'utf8');
  const examples: Example[] = [];
  const files: ShownFile[] = [];
  for (const [, language, text] of readme.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)) {
    if (language === 'sh') examples.push(...shellLines('README.md', text!));
    else if (language === 'yaml' && /^jobs:/m.test(text!)) examples.push(...workflowLines(text!));
    else if (['yaml', 'toml', 'json'].includes(language!)) files.push({ language: language!, text: text! });
    else if (language !== 'text')
      throw new Error(`README.md has a block of "${language}": say in examples.testkit.ts what is to be done with it`);
  }
  return { examples, files };
}

export const shownByHelp = (): readonly Example[] =>
  COMMANDS.filter(({ later }) => !later).flatMap(({ name, examples = [] }) =>
    examples.map(([line, promise]) => ({ from: `tunnelkit ${name} --help`, line, promise })),
  );
