// What a command is, for those who write one and for the one that runs them. Types only.
import type { Options } from './parse.ts';
import type { Output, Talk } from './talk.ts';
import type { Terminal } from './terminal.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a command gets: its options, the world around it, and its voice. */
export interface Invocation {
  readonly options: Options;
  readonly env: Environment;
  readonly talk: Talk;
  readonly stderr: Output;
  readonly terminal: Terminal;
  readonly version: string;
}

/** A command runs until it is done and answers with the exit status. */
export type Command = (invocation: Invocation) => Promise<number>;
