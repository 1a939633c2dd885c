/**
 * What the program counts. The hot path adds to plain numbers; `prom-client` sees them only when somebody scrapes.
 * Refuses to know what the figures mean to anybody.
 */
import { ERRORS, type ErrorCode } from '../contract/errors.ts';
import { LIMITS, type LimitName } from '../contract/limits.ts';
import type { Exposition, Family, Sample } from './exposition.ts';

/** Zero for each of the keys. */
function zeros<K extends string>(keys: readonly string[]): Record<K, number> {
  return Object.fromEntries(keys.map((key) => [key, 0])) as Record<K, number>;
}

function counter(name: string, help: string, sample: Sample, label?: string): Family {
  return { kind: 'counter', name: `tunnelkit_${name}_total`, help, sample, label };
}

function gauge(name: string, help: string, sample: Sample, label?: string): Family {
  return { kind: 'gauge', name: `tunnelkit_${name}`, help, sample, label };
}

/** Every field is added to by whoever sees the thing happen; none is ever read on the hot path. */
export class Metrics {
  /** Responses to visitors: `requests[2]` counts 2xx; `requests[0]` those that were cut before they began. */
  readonly requests = [0, 0, 0, 0, 0, 0];
  /** Bytes of bodies, TCP streams and datagrams, as visitors sent and got them. */
  readonly bytes = { in: 0, out: 0 };
  /** Of UDP exposures, as visitors sent and got them; `dropped` of both ways. */
  readonly datagrams = { in: 0, out: 0, dropped: 0 };
  readonly streams = { opened: 0, open: 0 };
  readonly sessions = { opened: 0, open: 0 };
  readonly visitors = { accepted: 0, open: 0 };
  readonly handshakes = { admitted: 0, refused: 0 };
  readonly memory = { limit: 0 };
  /** 1 while it is so. */
  readonly overload = { short: 0, scarce: 0, late: 0 };
  /** By ACME, as they stand. */
  readonly certificates = { valid: 0, coming: 0, failed: 0 };
  /** Faults as they were told to somebody, by code. */
  readonly errors = zeros<ErrorCode>(Object.keys(ERRORS));
  readonly limitsHit = zeros<LimitName>(Object.keys(LIMITS));
  /** Brings up to date what is known elsewhere; called before each scrape. */
  look: () => void = () => {};
  #exposition: Promise<() => Promise<Exposition>> | undefined;

  /** A response with this status began; 0: the visitor was cut off without one. */
  countResponse(status: number): void {
    const family = Math.trunc(status / 100);
    this.requests[family < this.requests.length ? family : 0]! += 1;
  }

  /** The Prometheus text of all families. */
  async scrape(): Promise<Exposition> {
    this.#exposition ??= import('./exposition.ts').then(({ expositionOf }) => expositionOf(this.#families()));
    const expose = await this.#exposition;
    this.look();
    return expose();
  }

  #families(): readonly Family[] {
    const { requests, bytes, datagrams, streams, sessions, visitors, handshakes, certificates, errors, limitsHit } =
      this;
    const { memory, overload } = this;
    const byClass = () => Object.fromEntries(requests.map((count, n) => [n === 0 ? 'none' : `${n}xx`, count]));
    return [
      counter('requests', 'Responses to visitors by class of status.', byClass, 'class'),
      counter(
        'bytes',
        'Bytes of bodies, TCP streams and datagrams from (in) and to (out) visitors.',
        () => bytes,
        'direction',
      ),
      counter(
        'datagrams',
        'Datagrams from (in) and to (out) visitors of UDP exposures, and those that were dropped.',
        () => datagrams,
        'way',
      ),
      counter('handshakes', 'Links of agents by how their admission ended.', () => handshakes, 'result'),
      counter('errors', 'Faults by their code; `tunnelkit explain CODE` tells more.', () => errors, 'code'),
      counter(
        'limits_hit',
        'Refusals and cut connections by the limit of `--print-limits` that was passed.',
        () => limitsHit,
        'limit',
      ),
      counter('streams', 'Streams opened to agents.', () => streams.opened),
      counter('sessions', 'Sessions of agents begun.', () => sessions.opened),
      counter('visitors', 'Connections of visitors accepted.', () => visitors.accepted),
      gauge('streams_open', 'Streams open now.', () => streams.open),
      gauge('sessions_open', 'Sessions open now.', () => sessions.open),
      gauge('visitors_open', 'Connections of visitors open now.', () => visitors.open),
      gauge(
        'certificates',
        'Names with certificates by ACME, by how it stands with them.',
        () => certificates,
        'state',
      ),
      gauge('resident_memory_bytes', 'Memory of the process.', () => process.memoryUsage.rss()),
      gauge('memory_limit_bytes', 'What the process may have (`--memory-limit`).', () => memory.limit),
      gauge('overload', 'Whether memory is short or scarce, or turns are late.', () => overload, 'state'),
      gauge('uptime_seconds', 'Seconds since the process began.', () => process.uptime()),
    ];
  }
}
