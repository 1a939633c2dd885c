// The one table of scenarios, and how words choose from it.
import { TunnelError } from '../../contract/errors.ts';
import { nearest } from '../config/nearest.ts';
import type { Scenario } from './scenario.ts';
import { beside } from './scenarios/beside.ts';
import { bulk } from './scenarios/bulk.ts';
import { connect } from './scenarios/connections.ts';
import { idle } from './scenarios/idle.ts';
import { pingpong } from './scenarios/pingpong.ts';
import { http, named } from './scenarios/requests.ts';
import { startup } from './scenarios/startup.ts';

export const SCENARIOS: readonly Scenario[] = [
  http(1),
  http(16),
  http(64),
  http(256),
  named(64),
  connect,
  bulk('down', 1),
  bulk('down', 8),
  bulk('up', 1),
  bulk('up', 8),
  beside,
  pingpong,
  idle,
  startup,
];

/** Without a word all; `http` means `http.c1`, `http.c16` and so on. Throws TK-5005 for a word that chooses nothing. */
export function chooseScenarios(words: readonly string[]): readonly Scenario[] {
  const chosenBy = (word: string) => SCENARIOS.filter(({ id }) => id === word || id.startsWith(`${word}.`));
  const unknown = words.find((word) => chosenBy(word).length === 0);
  if (unknown !== undefined) throw new TunnelError('TK-5005', mistaken(unknown));
  return words.length === 0 ? SCENARIOS : SCENARIOS.filter((one) => words.some((word) => chosenBy(word).includes(one)));
}

function mistaken(word: string): string {
  const ids = SCENARIOS.map(({ id }) => id);
  const guess = nearest(word, ids);
  const meant = guess === undefined ? '' : ` Did you mean ${guess}?`;
  return `There is no scenario "${word}".${meant} There are: ${ids.join(', ')}.`;
}
