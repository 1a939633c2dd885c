// What an agent says of itself when `tunnelkit status` asks: every figure is counted where it happens, and origins are tried now.
import { join } from 'node:path';
import { probeOrigin } from '../../agent/probe.ts';
import { ERRORS, type ErrorCode } from '../../contract/errors.ts';
import type { Limits } from '../../contract/limits.ts';
import { formatAddress, type HostPort } from '../address.ts';
import type { Invocation } from '../command.ts';
import { runtimeDirectory } from '../places.ts';
import { count } from '../size.ts';
import type { Runtime } from './runtime.ts';
import type { Standing, Trouble } from './standing.ts';
import { answerStatus } from './status-socket.ts';

export interface ExposureReport {
  readonly target: string;
  /** Other agents may publish the same. */
  readonly pool: boolean;
  readonly url: string | undefined;
  readonly refused: Trouble | undefined;
  /** `code` says what is wrong where it is not up; of UDP services nobody knows. */
  readonly origin: { readonly up?: boolean; readonly code?: ErrorCode };
  readonly visits: number;
  readonly open: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Datagrams; agents that know none say nothing. */
  readonly dropped?: number;
  /** Of the last HTTP requests. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
}

export interface AgentReport {
  readonly pid: number;
  readonly command: Reporter['command'];
  readonly version: string;
  readonly gateway: string;
  readonly state: Standing['state'];
  /** How long it has been in this state. */
  readonly stateMs: number;
  readonly uptimeMs: number;
  readonly trouble: Trouble | undefined;
  readonly transport: string | undefined;
  readonly rttMs: number | undefined;
  readonly streams: number;
  /** Of the program, so far; agents that count none say nothing. */
  readonly defects?: number;
  readonly exposures: readonly ExposureReport[];
}

export interface Reporter {
  readonly runtime: Runtime;
  readonly command: 'expose' | 'connect';
  readonly gateway: HostPort;
  readonly limits: Limits;
}

async function exposureReports({ runtime, limits }: Reporter): Promise<ExposureReport[]> {
  const { agent, reactor, standing } = runtime;
  const patience = { ...limits, originConnectMs: limits.statusProbeMs };
  return Promise.all(
    [...agent.exposures].map(async ({ spec, meter }) => {
      const down = await probeOrigin(spec, reactor, patience);
      const { url, refused, traffic } = standing.of(spec);
      return {
        target: spec.target.text,
        pool: spec.pool,
        url: standing.state === 'connected' ? url : undefined,
        refused,
        origin: down ? { up: false, code: down.code } : spec.target.kind === 'udp' ? {} : { up: true },
        ...meter,
        p50Ms: traffic.quantileMs(0.5),
        p95Ms: traffic.quantileMs(0.95),
      };
    }),
  );
}

/** Everything is published, or it is known why not and tried again. */
export function isSettled({ agent, standing }: Runtime): boolean {
  if (standing.trouble) return true;
  return [...agent.exposures].every(({ spec }) => {
    const { url, refused } = standing.of(spec);
    return url !== undefined || refused !== undefined;
  });
}

/** For the service manager's status line. */
export function inOneLine({ runtime: { agent, standing }, gateway }: Reporter): string {
  const at = formatAddress(gateway);
  if (standing.state !== 'connected') {
    const { code, seen } = standing.trouble ?? {};
    return `trying to reach ${at}${code === undefined ? '' : `: ${code} ${ERRORS[code].what} ${seen}`}`;
  }
  const all = [...agent.exposures];
  const published = all.filter(({ spec }) => standing.of(spec).url !== undefined);
  return `connected to ${at} over ${standing.transport}, ${published.length} of ${count(all.length, 'exposure')} published`;
}

async function agentReport(reporter: Reporter, version: string): Promise<AgentReport> {
  const { agent, reactor, standing } = reporter.runtime;
  const { state, sinceMs, trouble, transport, defects } = standing;
  const now = reactor.clock.now();
  return {
    pid: process.pid,
    command: reporter.command,
    version,
    gateway: formatAddress(reporter.gateway),
    state,
    stateMs: now - sinceMs,
    uptimeMs: process.uptime() * 1_000,
    trouble,
    transport,
    rttMs: agent.stats?.rttMs,
    streams: agent.stats?.streams ?? 0,
    defects,
    exposures: await exposureReports(reporter),
  };
}

/** From now on `tunnelkit status` hears of this agent; one that cannot be asked runs as well as any. */
export async function openToStatus(reporter: Reporter, { env, version, talk }: Invocation): Promise<void> {
  const path = join(runtimeDirectory(env), `${process.pid}.sock`);
  await answerStatus(path, () => agentReport(reporter, version), reporter.limits).catch(
    (error: NodeJS.ErrnoException) =>
      talk.say(`note: \`tunnelkit status\` will not show this agent (${path}: ${error.code})`),
  );
}
