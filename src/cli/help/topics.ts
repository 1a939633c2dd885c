// `tunnelkit help TOPIC`: what concerns no single command.
import { ENVIRONMENT } from '../commands/environment.ts';
import { EXITS } from '../commands/exits.ts';
import { type Term, termList, wrap } from './layout.ts';

export interface Topic {
  readonly name: string;
  readonly summary: string;
  readonly about: string;
  readonly terms: readonly Term[];
}

export const TOPICS: readonly Topic[] = [
  {
    name: 'environment',
    summary: 'the variables that are read',
    about: 'A variable counts where its option is not given, and more than the configuration file.',
    terms: ENVIRONMENT.map(({ name, summary }) => [name, summary]),
  },
  {
    name: 'exit-status',
    summary: 'how commands end, for scripts',
    about: 'Each number has one meaning, whatever the command.',
    terms: [...EXITS].map(([status, means]) => [String(status), means]),
  },
];

export const topicHelp = ({ about, terms }: Topic, width: number): string =>
  `${wrap(about, width)}\n\n${termList(terms, width)}`;
