// Gateways for people: a line that says it all, and below it a table, or, where that does not fit, the same as facts.
import type { LimitName } from '../../contract/limits.ts';
import type { Memory } from '../../observe/overload.ts';
import type { RelayStatus } from '../../relay/relay.ts';
import { duration, milliseconds } from '../duration.ts';
import type { CertificateState } from '../serve/certificates.ts';
import { count, size } from '../size.ts';
import { certificateLines } from './certificates.ts';
import { factLines, figures, fittingLines, indented, paragraph } from './layout.ts';
import { table } from './table.ts';

/** What the gateway's `/status` answers. */
export interface GatewayStatus extends RelayStatus {
  readonly version: string;
  readonly uptimeMs: number;
  readonly draining: boolean;
  readonly visitors: number;
  readonly memory: { readonly usedBytes: number; readonly limitBytes: number; readonly state: Memory };
  /** Turns of the event loop take so long that new handshakes are turned away. */
  readonly late: boolean;
  /** How often each bound was passed that was. */
  readonly limitsHit: Readonly<Partial<Record<LimitName, number>>>;
  readonly listeners: Readonly<Record<string, string>>;
  /** By ACME; none where the gateway has others. */
  readonly certificates: readonly CertificateState[];
}

type AgentSession = GatewayStatus['sessions'][number];

const SESSIONS = [
  { title: 'AGENT' },
  { title: 'FROM' },
  { title: 'OVER' },
  ...['RTT', 'STREAMS', 'IN', 'OUT'].map(figures),
  { title: 'PUBLISHES' },
];

/** In and out as visitors see it, like the agents' own tables. An agent's first URL stands beside its figures, the others below. */
function sessionRows({ account, address, transport, stats }: AgentSession, urls: readonly string[]): string[][] {
  const { rttMs, streams, bytesIn, bytesOut } = stats;
  const [first = '', ...others] = urls;
  return [
    [account, address, transport, milliseconds(rttMs), String(streams), size(bytesOut), size(bytesIn), first],
    ...others.map((url) => [...SESSIONS.slice(1).map(() => ''), url]),
  ];
}

/** The same for a narrow terminal. */
function sessionFacts(session: AgentSession, urls: readonly string[], width: number): string[] {
  const { account, address, transport, stats } = session;
  const { rttMs, streams, bytesIn, bytesOut } = stats;
  const link = [`${account} from ${address}`, `${transport}, rtt ${milliseconds(rttMs)}`];
  const traffic = [count(streams, 'stream'), `in ${size(bytesOut)}`, `out ${size(bytesIn)}`];
  return [...factLines([...link, ...traffic], width, 2), ...urls.map((url) => `    ${url}`)];
}

/** What an agent publishes; of what it shares, with how many. */
function urlsOf({ exposures }: AgentSession, { places }: GatewayStatus): string[] {
  const pools = new Map(places.filter(({ pool }) => pool).map(({ url, agents }) => [url, agents.length]));
  return exposures.map((url) => (pools.has(url) ? `${url} (pool of ${pools.get(url)})` : url));
}

function loadFacts({ memory, late }: GatewayStatus): string[] {
  const { usedBytes, limitBytes, state } = memory;
  const shortness = state === 'enough' ? '' : `, ${state} (TK-3020)`;
  const lateness = late ? ['turns are late: new handshakes are turned away'] : [];
  return [`memory ${size(usedBytes)} of ${size(limitBytes)}${shortness}`, ...lateness];
}

/** `width`: columns. */
export function gatewayLines(status: GatewayStatus, width: number): string[] {
  const { version, uptimeMs, draining, visitors, listeners, sessions, certificates } = status;
  const state = draining ? 'stopping, up' : 'up';
  const head = `gateway ${version}: ${state} for ${duration(uptimeMs)}, ${count(visitors, 'visitor connection')}, ${count(sessions.length, 'agent')}`;
  const places = Object.entries(listeners).map((pair) => pair.join(' '));
  const agents =
    sessions.length === 0
      ? []
      : indented(
          table(
            SESSIONS,
            sessions.flatMap((session) => sessionRows(session, urlsOf(session, status))),
          ),
        );
  return [
    ...paragraph(head, width),
    ...factLines(places, width, 2),
    ...factLines(loadFacts(status), width, 2),
    ...fittingLines(agents, width, () =>
      sessions.flatMap((session) => sessionFacts(session, urlsOf(session, status), width)),
    ),
    ...certificateLines(certificates, Date.now(), width),
  ];
}
