// Thresholds, baseline, failures and noise: what a reader must act upon.
import { byOutcome, type Comparison, changesInWords } from '../baseline.ts';
import type { Report } from '../report.ts';
import { moment } from '../surroundings.ts';
import { html, type Markup, section } from './markup.ts';

type Mood = 'good' | 'bad' | 'unsure' | 'even';

const verdict = (mood: Mood, word: string, name: string, words: string) =>
  html`<li class="${mood}"><span class="word">${word}</span> <code>${name}</code> <span class="why">${words}</span></li>`;

const listed = (kind: string, items: readonly Markup[]): readonly Markup[] =>
  items.length === 0 ? [] : [html`<ul class="${kind}">${items}</ul>`];

export function thresholdList({ thresholds }: Report): readonly Markup[] {
  const items = thresholds.map(({ holds, expression, words }) =>
    verdict(holds ? 'good' : 'bad', holds ? 'holds' : 'missed', expression, words),
  );
  return section('Thresholds', 'thresholds', listed('verdicts', items));
}

const MOOD = { regressed: 'bad', improved: 'good', inconclusive: 'unsure', same: 'even' } as const;

function changeList(changes: Comparison['changes']): readonly Markup[] {
  const { same, ...told } = byOutcome(changes);
  const items = Object.values(told)
    .flat()
    .map(({ figure, path, outcome, words }) => verdict(MOOD[outcome], outcome, `${figure}.${path}`, words));
  const names = same.map(({ figure, path }) => `${figure}.${path}`).join(', ');
  const unchanged = html`<p><b>The same:</b> <code>${names}</code></p>`;
  return [...listed('verdicts', items), ...(names === '' ? [] : [unchanged])];
}

function comparison({ file, startedAt, tunnelkit, differences, changes, unmatched }: Comparison): readonly Markup[] {
  const unlike = differences.map((difference) => html`<li class="unsure">Not the same ${difference}.</li>`);
  return [
    html`<p>Against <code>${file}</code>: tunnelkit ${tunnelkit}, measured ${moment(startedAt)}. Ratios are compared, not absolute numbers.</p>`,
    ...listed('remarks', unlike),
    html`<p>${changesInWords(changes)}</p>`,
    ...changeList(changes),
    ...(unmatched.length === 0
      ? []
      : [html`<p class="quiet">Only in one of the two runs: ${unmatched.join(', ')}.</p>`]),
  ];
}

export const baselineList = ({ baseline }: Report): readonly Markup[] =>
  section('Compared with the baseline', 'baseline', baseline ? comparison(baseline) : []);

/** What to hold against the figures. That there is nothing is worth a sentence, too. */
export function doubts({ remarks, failures }: Report): readonly Markup[] {
  const failed = failures.map(
    ({ scenario, why }) => html`<li class="bad"><b>Not measured: ${scenario}.</b> ${why}</li>`,
  );
  const noisy = remarks.map(({ level, words, todo }) =>
    level === 'warning'
      ? html`<li class="unsure"><b>${words}</b> ${todo}</li>`
      : html`<li class="even">${words} ${todo}</li>`,
  );
  const items = [...failed, ...noisy];
  const quiet = html`<p>The machine was quiet: nothing speaks against these figures.</p>`;
  return section('How far to trust this run', 'doubts', items.length === 0 ? [quiet] : listed('remarks', items));
}
