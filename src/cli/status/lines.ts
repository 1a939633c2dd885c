// Gateways and agents for people: a line that says it all, and a table below it.
import { ERRORS } from '../../contract/errors.ts';
import type { RelayStatus } from '../../relay/relay.ts';
import type { AgentReport, ExposureReport } from '../agent/report.ts';
import { duration, milliseconds } from '../duration.ts';
import type { CertificateState } from '../serve/certificates.ts';
import { count, size } from '../size.ts';
import type { SilentAgent } from './agents.ts';
import { certificateLines } from './certificates.ts';
import { type Column, table } from './table.ts';

/** What the gateway's `/status` answers. */
export interface GatewayStatus extends RelayStatus {
  readonly version: string;
  readonly uptimeMs: number;
  readonly draining: boolean;
  readonly visitors: number;
  readonly listeners: Readonly<Record<string, string>>;
  /** By ACME; none where the gateway has others. */
  readonly certificates: readonly CertificateState[];
}

const figures = (title: string): Column => ({ title, figures: true });
const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);

const SESSIONS = [
  { title: 'AGENT' },
  { title: 'FROM' },
  { title: 'OVER' },
  ...['RTT', 'STREAMS', 'IN', 'OUT'].map(figures),
  { title: 'PUBLISHES' },
];

/** In and out as visitors see it, like the agents' own tables. An agent's first URL stands beside its figures, the others below. */
function sessionRows({ account, address, transport, exposures, stats }: GatewayStatus['sessions'][number]): string[][] {
  const { rttMs, streams, bytesIn, bytesOut } = stats;
  const [first = '', ...others] = exposures;
  return [
    [account, address, transport, milliseconds(rttMs), String(streams), size(bytesOut), size(bytesIn), first],
    ...others.map((url) => [...SESSIONS.slice(1).map(() => ''), url]),
  ];
}

export function gatewayLines(status: GatewayStatus): string[] {
  const { version, uptimeMs, draining, visitors, listeners, sessions, certificates } = status;
  const state = draining ? 'stopping, up' : 'up';
  return [
    `gateway ${version}: ${state} for ${duration(uptimeMs)}, ${count(visitors, 'visitor connection')}, ${count(sessions.length, 'agent')}`,
    ...indented([
      Object.entries(listeners)
        .map((pair) => pair.join(' '))
        .join(' · '),
    ]),
    ...(sessions.length === 0 ? [] : indented(table(SESSIONS, sessions.flatMap(sessionRows)))),
    ...indented(certificateLines(certificates, Date.now())),
  ];
}

const EXPOSURES = [
  { title: 'URL' },
  { title: 'SERVICE' },
  { title: 'STATE' },
  ...['VISITS', 'OPEN', 'IN', 'OUT', 'P50', 'P95'].map(figures),
];

const exposureRow = ({ url, target, origin, visits, open, bytesIn, bytesOut, p50Ms, p95Ms }: ExposureReport) => [
  url ?? 'not published',
  target,
  origin.up ? 'up' : `down, ${origin.code}`,
  String(visits),
  String(open),
  size(bytesIn),
  size(bytesOut),
  milliseconds(p50Ms),
  milliseconds(p95Ms),
];

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

export function agentLines(report: AgentReport | SilentAgent): string[] {
  if (report.state === 'silent') return [`agent ${report.pid}: runs, but does not answer`];
  const { trouble, exposures } = report;
  const troubles = [
    ...(trouble ? [trouble] : []),
    ...exposures.flatMap(({ target, refused }) =>
      refused ? [{ ...refused, seen: `${target}: ${refused.seen}` }] : [],
    ),
  ];
  return [
    agentHead(report),
    ...indented(troubles.map(({ code, seen }) => `${code} ${ERRORS[code].what} ${seen}`.trimEnd())),
    ...indented(table(EXPOSURES, exposures.map(exposureRow))),
  ];
}
