// What happens in the gateway → the log and the counters.
import type { Defect } from '../../contract/defect.ts';
import { ERRORS, type ErrorCode, TunnelError } from '../../contract/errors.ts';
import type { LimitName } from '../../contract/limits.ts';
import type { KeeperEvent, NameState } from '../../identity/acme/events.ts';
import type { Gate, IngressEvents, VisitRecord } from '../../ingress/gate.ts';
import type { Log } from '../../observe/log.ts';
import type { Metrics } from '../../observe/metrics.ts';
import type { Overload, OverloadEvents } from '../../observe/overload.ts';
import { seldom } from '../../observe/seldom.ts';
import type { Vitals } from '../../observe/vitals.ts';
import type { Relay, RelayEvent, SessionStatus } from '../../relay/relay.ts';
import { DEFECTS_TOLD } from '../defects.ts';
import type { Certificates } from './certificates.ts';

const session = ({ account, address, transport, software, session: id }: SessionStatus) => ({
  session: id,
  account,
  address,
  transport,
  software,
});

export function relayTelling(log: Log, metrics: Metrics): (event: RelayEvent) => void {
  return (event) => {
    switch (event.type) {
      case 'connected':
        metrics.handshakes.admitted += 1;
        metrics.sessions.opened += 1;
        return log.info(session(event.session), 'an agent connected');
      case 'disconnected':
        countEnd(metrics, event);
        return log.info(
          { ...session(event.session), cause: event.end.cause, detail: event.end.detail },
          'an agent is gone',
        );
      case 'rejected':
        metrics.handshakes.refused += 1;
        count(metrics, event.code === 'draining' ? undefined : event.code, event.bound);
        return log.warn({ address: event.address, code: event.code, bound: event.bound }, 'an agent was not admitted');
      case 'shed':
        count(metrics, 'TK-3020', 'memoryScarcePercent');
        return log.debug({ address: event.address }, 'an idle agent was sent away');
      case 'exposed':
        return log.info({ url: event.grant.url, account: event.account }, 'published');
      case 'withdrawn':
        return log.info({ url: event.grant.url, account: event.account }, 'withdrawn');
      case 'replaced':
        return log.info({ url: event.grant.url, account: event.account }, 'taken over');
      case 'refused':
        count(metrics, event.code, event.bound);
        return log.warn({ code: event.code, account: event.account, seen: event.seen }, 'an exposure was refused');
      case 'quarantined':
        return log.warn(
          { agent: event.agentKey, account: event.account },
          'two agents with one key fight: both must wait',
        );
      default:
        event satisfies never;
    }
  };
}

function count(metrics: Metrics, code: ErrorCode | undefined, bound: LimitName | undefined): void {
  if (code !== undefined) metrics.errors[code] += 1;
  if (bound !== undefined) metrics.limitsHit[bound] += 1;
}

function countEnd(metrics: Metrics, { session, end }: RelayEvent & { type: 'disconnected' }): void {
  metrics.limitsHit.sessionOverflowBytes += session.stats.outOfMemory;
  // A defect has been counted where it was met.
  const code = end.goaway?.code === 'TK-9001' ? undefined : 'TK-4009';
  count(metrics, end.cause === 'protocol' ? code : undefined, end.limit);
}

const MEMORY: Readonly<Record<Overload['memory'], string>> = {
  enough: 'memory is enough again',
  short: 'memory is short: new streams are refused',
  scarce: 'memory is scarce: who stalls or is idle is sent away',
};

/** One line for each change. */
export function overloadTelling(log: Log, metrics: Metrics, vitals: Vitals): OverloadEvents['changed'] {
  metrics.memory.limit = vitals.limitBytes;
  return (now, before) => {
    Object.assign(metrics.overload, {
      short: Number(now.memory !== 'enough'),
      scarce: Number(now.memory === 'scarce'),
      late: Number(now.late),
    });
    const seen = { usedBytes: vitals.usedBytes(), limitBytes: vitals.limitBytes };
    if (now.memory === 'enough' && before.memory !== 'enough') log.info(seen, MEMORY.enough);
    else if (now.memory !== before.memory) log.warn({ code: 'TK-3020', ...seen }, MEMORY[now.memory]);
    if (now.late && !before.late) log.warn('turns take too long: new handshakes are turned away');
    else if (now.late !== before.late) log.info('turns are in time again');
  };
}

/** What others count for themselves, as it stands at a scrape. */
export function lookInto(metrics: Metrics, relay: Relay, gate: Gate, certificates: Certificates): void {
  const { sessions, streamsOpened } = relay.status();
  const { accepted, bytesIn, bytesOut, datagramsIn, datagramsOut, datagramsDropped } = gate.traffic;
  metrics.sessions.open = sessions.length;
  metrics.streams.opened = streamsOpened;
  metrics.streams.open = sessions.reduce((sum, { stats }) => sum + stats.streams, 0);
  metrics.visitors.accepted = accepted;
  metrics.visitors.open = gate.visitors;
  metrics.bytes.in = bytesIn;
  metrics.bytes.out = bytesOut;
  Object.assign(metrics.datagrams, { in: datagramsIn, out: datagramsOut, dropped: datagramsDropped });
  Object.assign(metrics.certificates, { valid: 0, coming: 0, failed: 0 });
  for (const { state } of certificates.states()) metrics.certificates[state] += 1;
}

/** `settled`: told of each name whose certificate came or did not. */
export function certificateTelling(log: Log, metrics: Metrics, settled: (name: string) => void) {
  return (event: KeeperEvent): void => {
    switch (event.type) {
      case 'settled':
        tellCertificate(log, metrics, event.state);
        return settled(event.state.name);
      case 'broken':
        return log.warn({ file: event.file }, 'this file holds no certificate with its key: a new one is asked for');
      case 'unkept':
        metrics.errors[event.error.code] += 1;
        return log.error({ name: event.name, error: event.error.message }, 'a certificate is in use that was not kept');
      case 'bound':
        metrics.limitsHit[event.limit] += 1;
        return;
      default:
        event satisfies never;
    }
  };
}

function tellCertificate(log: Log, metrics: Metrics, { name, fault, until, retryInMs = 0 }: NameState): void {
  if (fault === undefined) {
    log.info({ name, until: new Date(until ?? 0).toISOString() }, 'a certificate has come');
    return;
  }
  const { code, seen } = fault;
  const { what, todo } = ERRORS[code];
  metrics.errors[code] += 1;
  log.warn(
    { code, seen, againInMinutes: Math.ceil(retryInMs / 60_000) },
    `no certificate for ${name}: ${what} ${todo}`,
  );
}

/** What nobody foresaw. It has cost whoever it concerned one connection, and nobody else anything; all are counted, some are logged. */
export function defectTelling(log: Log, metrics: Metrics): Defect {
  const isDue = seldom(() => performance.now(), DEFECTS_TOLD);
  return (error) => {
    const code = error instanceof TunnelError ? error.code : 'TK-9001';
    metrics.errors[code] += 1;
    log[isDue() ? 'error' : 'debug']({ code, error }, 'a defect ended one connection');
  };
}

/** Visits are logged at debug: no line for each connection by default. */
export function ingressTelling(log: Log, metrics: Metrics, fault: Defect): IngressEvents {
  return {
    visit(record: VisitRecord) {
      metrics.countResponse(record.status);
      if (record.code) metrics.errors[record.code] += 1;
      if (log.isLevelEnabled('debug')) log.debug({ ...record }, 'a visit');
    },
    bound(limit) {
      metrics.limitsHit[limit] += 1;
    },
    fault,
  };
}
