// What a case is: something done to a front, and the facts that must come of it. Data, so that it can be counted and shown.
import type { Stage } from './stage.ts';

export type Fact = string | number | boolean | undefined;
/** What was observed, each thing under a name. */
export type Facts = Readonly<Record<string, Fact>>;
/** One value, a form, or one of several values. */
export type Wanted = Fact | RegExp | readonly Fact[];

export type Play = (stage: Stage) => Promise<Facts>;

export interface Case {
  /** Its row in the list of promises: `P1`. */
  readonly id: string;
  /** What is special about the input. */
  readonly name: string;
  /** Where it is written: RFC and section, or the incident. */
  readonly ref: string;
  readonly play: Play;
  readonly wants: Readonly<Record<string, Wanted>>;
  /** The code that our answer carries. */
  readonly code?: Wanted;
  /** The same but for the offending bytes: must reach the origin and be answered 200. */
  readonly twin?: Play | undefined;
  /** Takes seconds: begins first. */
  readonly slow?: boolean;
  /** Measures memory or speed: runs when nothing else does. */
  readonly alone?: boolean;
  /** Cannot be shortened: runs only where the full length of everything is asked for. */
  readonly full?: boolean;
}

/** What must come of a twin. */
export const TWIN: Case['wants'] = { status: 200, reached: 1 };

/** The facts that are not as wanted, in words. */
export function differences(facts: Facts, wants: Case['wants']): string[] {
  return Object.entries(wants).flatMap(([name, wanted]) =>
    fits(facts[name], wanted) ? [] : [`${name} ${shown(facts[name])}, not ${shown(wanted)}`],
  );
}

function fits(fact: Fact, wanted: Wanted): boolean {
  if (wanted instanceof RegExp) return wanted.test(String(fact));
  return Array.isArray(wanted) ? wanted.includes(fact) : fact === wanted;
}

function shown(value: Wanted): string {
  if (value instanceof RegExp) return String(value);
  if (Array.isArray(value)) return value.map(shown).join(' or ');
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}
