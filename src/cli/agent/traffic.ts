// What the requests of an agent came to: how many, how large, how fast. Fed with the agent's events; knows no clock, no screen and no exposure.
import type { AgentEvent } from '../../agent/events.ts';

/** Durations kept for the quantiles: the last ones, so that they say how it is now. */
const DURATIONS_KEPT = 1_024;

const SERVER_ERROR = 500;

export class Traffic {
  requests = 0;
  /** Requests without an answer, with a broken one, or with a 5xx. */
  failed = 0;
  /** Body bytes of the answers. */
  bytes = 0;
  readonly #durationsMs = new Float64Array(DURATIONS_KEPT);

  /** Counts requests; every other event is no traffic. */
  take(event: AgentEvent): void {
    if (event.type !== 'request') return;
    const { status, bytes, ms, cause } = event;
    this.#durationsMs[this.requests % DURATIONS_KEPT] = ms;
    this.requests += 1;
    this.bytes += bytes;
    if (status === undefined || status >= SERVER_ERROR || cause !== undefined) this.failed += 1;
  }

  /** The duration that this share of the last requests did not pass (nearest rank); undefined before the first. */
  quantileMs(share: number): number | undefined {
    const count = Math.min(this.requests, DURATIONS_KEPT);
    const sorted = this.#durationsMs.slice(0, count).sort();
    return sorted[Math.max(0, Math.ceil(share * count) - 1)];
  }
}
