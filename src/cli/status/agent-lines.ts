// Agents for people: a line that says it all, what is wrong, and a table, or, where that does not fit, the same as facts.
import { ERRORS } from '../../contract/errors.ts';
import type { AgentReport, ExposureReport } from '../agent/report.ts';
import { serviceWords } from '../agent/wording.ts';
import { duration, milliseconds } from '../duration.ts';
import { count, size } from '../size.ts';
import type { SilentAgent } from './agents.ts';
import { factLines, figures, fittingLines, indented, paragraph } from './layout.ts';
import { table } from './table.ts';

const EXPOSURES = [
  { title: 'URL' },
  { title: 'SERVICE' },
  { title: 'STATE' },
  ...['VISITS', 'OPEN', 'IN', 'OUT', 'P50', 'P95'].map(figures),
];

function stateOf({ origin: { up, code }, dropped = 0 }: ExposureReport): string {
  const state = up === undefined && code === undefined ? 'unknown' : up ? 'up' : `down, ${code}`;
  return dropped === 0 ? state : `${state}, ${count(dropped, 'datagram')} dropped`;
}

const exposureRow = (report: ExposureReport) => [
  report.url ?? 'not published',
  serviceWords(report.target, report.pool),
  stateOf(report),
  String(report.visits),
  String(report.open),
  size(report.bytesIn),
  size(report.bytesOut),
  milliseconds(report.p50Ms),
  milliseconds(report.p95Ms),
];

/** The same for a narrow terminal. */
function exposureFacts(report: ExposureReport, width: number): string[] {
  const { url, target, pool, visits, open, bytesIn, bytesOut, p50Ms, p95Ms } = report;
  const facts = [
    stateOf(report),
    count(visits, 'visit'),
    `${open} open`,
    `in ${size(bytesIn)}`,
    `out ${size(bytesOut)}`,
    ...(p50Ms === undefined ? [] : [`p50 ${milliseconds(p50Ms)}`, `p95 ${milliseconds(p95Ms)}`]),
  ];
  const way = [`  ${url ?? 'not published'}`, `→ ${serviceWords(target, pool)}`];
  const inOne = way.join(' ');
  return [...(inOne.length <= width ? [inOne] : [way[0]!, `  ${way[1]}`]), ...factLines(facts, width, 4)];
}

const STATE = {
  connected: 'connected to',
  connecting: 'connecting to',
  retrying: 'waiting to try again with',
} as const;

function agentHead({ pid, command, gateway, state, stateMs, transport, rttMs, streams }: AgentReport): string {
  const head = `agent ${pid} (${command}): ${STATE[state]} ${gateway}`;
  if (state !== 'connected') return `${head}, without a session for ${duration(stateMs)}`;
  return `${head} over ${transport} for ${duration(stateMs)}, rtt ${milliseconds(rttMs)}, ${count(streams, 'stream')}`;
}

/** What is wrong, and what to do about it. */
function troublesOf({ trouble, defects = 0, exposures }: AgentReport): string[] {
  const troubles = [
    ...(trouble ? [trouble] : []),
    ...(defects > 0 ? [{ code: 'TK-9001' as const, seen: `${count(defects, 'time')} so far.` }] : []),
    ...exposures.flatMap(({ target, refused, origin }) => [
      ...(refused ? [{ ...refused, seen: `${target}: ${refused.seen}` }] : []),
      ...(origin.code ? [{ code: origin.code, seen: `${target}.` }] : []),
    ]),
  ];
  return troubles.flatMap(({ code, seen }) => {
    const { what, todo } = ERRORS[code];
    return [`${code} ${what} ${seen}`.trimEnd(), `  to do: ${todo}`];
  });
}

/** `width`: columns. */
export function agentLines(report: AgentReport | SilentAgent, width: number): string[] {
  if (report.state === 'silent') return [`agent ${report.pid}: runs, but does not answer`];
  const { exposures } = report;
  const rows = indented(table(EXPOSURES, exposures.map(exposureRow)));
  return [
    ...paragraph(agentHead(report), width),
    ...indented(troublesOf(report)).flatMap((line) => paragraph(line, width)),
    ...fittingLines(rows, width, () => exposures.flatMap((exposure) => exposureFacts(exposure, width))),
  ];
}
