// Settings as YAML, which a configuration file could hold; where each value came from as comments behind them.
import { stringify } from 'yaml';
import type { Source } from '../resolve.ts';
import type { Setting } from './settings.ts';

/** Comments begin here, where the value leaves room. */
const COMMENT_COLUMN = 40;

const WORDS: Readonly<Record<Source, string>> = {
  flag: '',
  variable: 'environment ',
  file: '',
  default: 'default',
  none: 'not set',
};

export interface Shown {
  /** Where each value came from. */
  readonly origins: boolean;
  /** Columns of the terminal: where they are few, comments stand in no column of their own. */
  readonly width: number;
}

/** An empty list, and what nobody sets, is not worth a line unless its origin is asked for. */
const isShown = ({ value }: Setting, origins: boolean) =>
  origins || (value !== undefined && !(Array.isArray(value) && value.length === 0));

function lineOf({ path, value, decidedBy, at }: Setting, lead: string, { origins, width }: Shown): string {
  const key = `${lead}${String(path.at(-1))}:`;
  const inFlow = () => stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trimEnd();
  const text = value === undefined ? `${lead}# ${key.trimStart()}` : `${key} ${inFlow()}`;
  if (!origins) return text;
  const comment = `# ${WORDS[decidedBy]}${at}`;
  const aligned = `${text.padEnd(COMMENT_COLUMN)} ${comment}`;
  return aligned.length <= width ? aligned : `${text} ${comment}`;
}

/** `exposures.0` and the like: what stands above a setting. */
const headOf = ({ path }: Setting) => path.slice(0, -1).join('.');

export function asYaml(settings: readonly Setting[], shown: Shown): string {
  const groups = Map.groupBy(
    settings.filter((setting) => isShown(setting, shown.origins)),
    headOf,
  );
  const lines: string[] = [];
  for (const [head, members] of groups) {
    const [section, item] = head.split('.');
    if (section !== '' && (item ?? '0') === '0') lines.push(`${section}:`);
    const indent = section === '' ? '' : '  ';
    members.forEach((setting, at) => {
      const lead = item === undefined ? indent : at === 0 ? '  - ' : '    ';
      lines.push(lineOf(setting, lead, shown));
    });
  }
  return lines.join('\n');
}
