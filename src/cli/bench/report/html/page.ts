// The report as one HTML page that needs nothing but itself: no script, no font, no request. Puts the parts in the order of reading.
import type { Report } from '../report.ts';
import { METHOD, surroundingsRows } from '../surroundings.ts';
import { ratioBars } from './bars.ts';
import { figureTable } from './figure-table.ts';
import { head, sentence } from './head.ts';
import { latencies } from './latency.ts';
import { html, type Markup, section } from './markup.ts';
import { roundDots } from './rounds.ts';
import { STYLE } from './style.ts';
import { baselineList, doubts, thresholdList } from './verdicts.ts';

/** The policy is for whoever serves the page: even a hole in it could load and run nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

function method({ surroundings }: Report): readonly Markup[] {
  const rows = surroundingsRows(surroundings).map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  );
  const steps = METHOD.map((words) => html`<li>${words}</li>`);
  return [
    ...section('Where it was measured', 'where', [html`<dl>${rows}</dl>`]),
    ...section('How it was measured', 'how', [html`<ul class="remarks">${steps}</ul>`]),
    ...section('Measure again', 'again', [html`<pre><code>${surroundings.command}</code></pre>`]),
  ];
}

const body = (report: Report): readonly Markup[] => [
  head(report),
  ...thresholdList(report),
  ...baselineList(report),
  ...doubts(report),
  ...section('How much of direct is left', 'ratios', ratioBars(report.figures)),
  ...section('How long it takes', 'latency', latencies(report.figures)),
  ...section('Round by round', 'rounds', roundDots(report.figures)),
  ...section('All figures', 'figures', figureTable(report.figures)),
  ...method(report),
];

export function htmlPage(report: Report): string {
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${sentence(report)} – tunnelkit bench</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body(report)}
</main>
</body>
</html>
`;
  return page.text;
}
