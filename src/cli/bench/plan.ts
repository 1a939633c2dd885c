// What is to be measured, how often and how long, from the command line; and how long all of it takes.
import { TunnelError } from '../../contract/errors.ts';
import type { Options } from '../parse.ts';
import type { OriginChoice } from './origin.ts';
import type { Scenario } from './scenario.ts';
import { chooseScenarios } from './scenarios.ts';

/** The fewest whose whole range says something about the median with 95% confidence. */
export const DEFAULT_RUNS = 6;
/** Long enough for a percentile of thousands, short enough for all scenarios in about three minutes. */
export const DEFAULT_SECONDS = 0.4;
const RUNS_MAX = 100;
const SECONDS_MIN = 0.05;
const SECONDS_MAX = 60;
/** Starting the origin, load processes and two tunnels. */
const OPENING_MS = 2_000;

export interface Plan {
  readonly scenarios: readonly Scenario[];
  readonly runs: number;
  readonly seconds: number;
  /** Of the round that does not count. */
  readonly warmSeconds: number;
  readonly origin: OriginChoice;
  /** The command line that does the same again. */
  readonly command: string;
}

function within(name: string, value: unknown, fallback: number, min: number, max: number): number {
  if (value === undefined) return fallback;
  const given = Number(value);
  if (given >= min && given <= max) return given;
  throw new TunnelError('TK-5005', `--${name} takes ${min} to ${max}, not ${given}.`);
}

/** Throws TK-5005 for what is out of bounds. */
export function planOf(options: Options): Plan {
  const words = ((options.scenario ?? []) as readonly string[]).map(String);
  const runs = within('runs', options.runs, DEFAULT_RUNS, 1, RUNS_MAX);
  if (!Number.isInteger(runs)) throw new TunnelError('TK-5005', `--runs takes a whole number, not ${runs}.`);
  const seconds = within('seconds', options.seconds, DEFAULT_SECONDS, SECONDS_MIN, SECONDS_MAX);
  const origin = (options.origin ?? 'auto') as OriginChoice;
  const said = [
    ...words,
    ...(options.runs === undefined ? [] : [`--runs ${runs}`]),
    ...(options.seconds === undefined ? [] : [`--seconds ${seconds}`]),
    ...(origin === 'auto' ? [] : [`--origin ${origin}`]),
  ];
  return {
    scenarios: chooseScenarios(words),
    runs,
    seconds,
    warmSeconds: Math.min(seconds, 0.3),
    origin,
    command: ['tunnelkit bench', ...said].join(' '),
  };
}

/** About how long the run takes. */
export function lastsMs({ scenarios, runs, seconds, warmSeconds }: Plan): number {
  const round = (length: number) => scenarios.reduce((sum, one) => sum + one.paths.length * one.lastsMs(length), 0);
  return OPENING_MS + round(warmSeconds) + runs * round(seconds);
}

/** `about 20 s`, `about 3 min`. */
export function durationWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 90 ? `about ${seconds} s` : `about ${Math.round(seconds / 60)} min`;
}
