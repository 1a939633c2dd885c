// The top of the page: the run in one sentence, how it ended, and its two or three numbers.
import { ERRORS } from '../../../../contract/errors.ts';
import { count } from '../../../size.ts';
import { changesInWords } from '../baseline.ts';
import { failureOf, type Report } from '../report.ts';
import { moment } from '../surroundings.ts';
import { type Headline, headlines, intervalWords, PATH_NAME } from '../words.ts';
import { capital, html, label, type Markup } from './markup.ts';

/** `Keep-alive requests, 64 visitors: 41% of direct over TLS, 44% plain` */
export function sentence({ figures }: Report): string {
  const [first] = headlines(figures);
  if (!first) return 'Nothing could be compared with a direct path';
  const shares = first.paths.map(
    ({ path, share }, at) => `${at === 0 ? share : share.split(' ')[0]} ${PATH_NAME[path]}`,
  );
  return `${capital(first.title)}: ${shares.join(', ')}`;
}

function card({ title, id, paths }: Headline): Markup {
  const rows = paths.map(
    ({
      path,
      value,
      share,
      range,
      gain,
    }) => html`<p class="${path}"><b class="big">${share}</b> <span class="key">${PATH_NAME[path]}</span>
<small>${value}${range && `, ratio ${range}`}<br>${gain}</small></p>`,
  );
  return html`<div class="card"><h2 class="label">${label({ title, id })}</h2>${rows}</div>`;
}

/** Green is for what was shown, not for what could not be told. */
function ending(report: Report): readonly Markup[] {
  const { thresholds, baseline } = report;
  const failure = failureOf(report);
  if (failure) return [html`<p class="ending bad">${ERRORS[failure.code].what} <code>${failure.code}</code></p>`];
  const held = thresholds.length > 0 ? [html`<p class="ending good">Every threshold holds.</p>`] : [];
  const compared = baseline
    ? [html`<p class="ending">No regression was found. ${changesInWords(baseline.changes)}</p>`]
    : [];
  return [...held, ...compared];
}

export function head(report: Report): Markup {
  const { startedAt, tunnelkit, cores } = report.surroundings;
  return html`<header><p class="quiet">tunnelkit bench, version ${tunnelkit}, <time datetime="${startedAt}">${moment(startedAt)}</time>, ${count(cores, 'core')}</p>
<h1>${sentence(report)}</h1>${ending(report)}<div class="cards">${headlines(report.figures).map(card)}</div>
<p class="quiet">${intervalWords(report.figures)}</p></header>`;
}
