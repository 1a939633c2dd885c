// `tunnelkit bench` as data.
import { type CommandRow, list, number, text } from './row.ts';

export const bench: CommandRow = {
  name: 'bench',
  positionals: '[scenario..]',
  summary: 'measure the tunnel against a direct path',
  more: `Gateway, agent, origin and visitors run here as processes of their own, on free ports and with a data directory of
their own; nothing of them is left behind. Every scenario is measured directly, through a tunnel whose link is TLS, and
through one whose link is plain TCP, in turn and then again. Every byte of every body is compared.

Scenarios, all of them without a word; the words before a dot choose several:
http.c1 .c16 .c64 .c256 (small requests of so many visitors, through a TCP exposure), host.c64 (by host name), connect
(new connections), bulk.down.c1 .c8 and bulk.up.c1 .c8 (large bodies), beside (small requests beside a download), pingpong
(one byte there and back), idle (memory of a visitor who says nothing), startup.

A ratio is tunnel divided by direct within one round. Shown is the median of the rounds, and behind it the exact interval
between two order statistics, which asks for no particular distribution: of 6 rounds their whole range, which holds the
true median 96 times in 100. A scenario in which one request fails, or one byte is wrong, has no figures, and the run
exits with 1.

With --baseline a ratio has regressed (exit 99) when it is more than 5% worse and both intervals lie apart. What is less
sure is called inconclusive, and does not fail.`,
  exits: [3, 99],
  examples: [
    ['tunnelkit bench http.c64 bulk', 'Requests of 64 visitors, and downloads and uploads'],
    ['tunnelkit bench --json main.json --html main.html', 'Everything, with a report to keep and one to look at'],
    [
      "tunnelkit bench http --baseline main.json --threshold 'http.c64.ratio>0.2'",
      'In CI: did this commit make it slower?',
    ],
  ],
  options: [
    text('json', 'FILE', 'write the report as JSON, by bench/report.schema.json of the package (- for stdout)', {
      offers: 'file',
    }),
    text('html', 'FILE', 'write the report as one HTML page', { offers: 'file' }),
    text('markdown', 'FILE', 'write a summary as Markdown, for a job summary', { offers: 'file' }),
    list('threshold', 'EXPR', "fail (exit 99) unless it holds, as in 'http.c64.ratio>0.2'"),
    text('baseline', 'FILE', 'compare with the JSON of an earlier run', { offers: 'file' }),
    number('runs', 'N', 'rounds of each scenario', { default: '6' }),
    number('seconds', 'S', 'length of one measurement', { default: '0.4' }),
    text('origin', 'WHAT', 'what visitors are sent to: nginx where there is one, else its own', {
      choices: ['auto', 'nginx', 'own'],
      default: 'auto',
    }),
  ],
};
