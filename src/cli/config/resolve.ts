// Flag over environment over file over default: the one place that knows this order, for those who use the values and those who show them.
import type { Environment } from '../command.ts';
import type { Options } from '../parse.ts';

/** Who decided; `none`: nobody, and there is no default. */
export type Source = 'flag' | 'variable' | 'file' | 'default' | 'none';

interface Rule<C, K extends keyof C> {
  /** The environment variable that may say it; an empty one says nothing. */
  readonly variable?: string;
  /** What counts where nobody says it. `known`: what the rules above this one have decided. */
  readonly fallback?: (known: Partial<C>, env: Environment) => NonNullable<C[K]>;
}

/** A rule for each key of a section of the configuration, in the order in which they are decided and shown. */
export type Rules<C> = { readonly [K in keyof C]-?: Rule<C, K> };

type Values<C, R extends Rules<C>> = {
  readonly [K in keyof C]-?: R[K] extends { readonly fallback: unknown } ? NonNullable<C[K]> : C[K];
};

export interface Sources<C> {
  readonly options: Options;
  readonly env: Environment;
  readonly file: C;
}

export interface Resolution<C, R extends Rules<C>> {
  readonly values: Values<C, R>;
  readonly decidedBy: Readonly<Record<keyof C, Source>>;
}

function decide(
  { variable, fallback }: Rule<Record<string, unknown>, string>,
  given: { readonly flag: unknown; readonly file: unknown },
  known: Readonly<Record<string, unknown>>,
  env: Environment,
): readonly [unknown, Source] {
  if (given.flag !== undefined) return [given.flag, 'flag'];
  const text = variable === undefined ? undefined : env[variable];
  if (text) return [text, 'variable'];
  if (given.file !== undefined) return [given.file, 'file'];
  return fallback === undefined ? [undefined, 'none'] : [fallback(known, env), 'default'];
}

/** Values are as they were given: what they mean is for their user to check. */
export function resolve<C extends object, R extends Rules<C>>(
  rules: R,
  { options, env, file }: Sources<C>,
): Resolution<C, R> {
  const values: Record<string, unknown> = {};
  const decidedBy: Record<string, Source> = {};
  for (const [key, rule] of Object.entries(rules as Record<string, Rule<Record<string, unknown>, string>>)) {
    const given = { flag: options[key], file: (file as Record<string, unknown>)[key] };
    [values[key], decidedBy[key]] = decide(rule, given, values, env);
  }
  return { values, decidedBy } as Resolution<C, R>;
}
