// What the screen knows beside the agent's own standing: when it tries again, which origin is down, what a key answered; and the view
// of it all. Knows no terminal; time is handed in.
import type { AgentEvent } from '../../agent/events.ts';
import type { ExposureSpec } from '../../agent/exposures.ts';
import type { PipeCause } from '../../contract/pipe.ts';
import type { Runtime } from '../agent/runtime.ts';
import { Traffic } from '../agent/traffic.ts';
import { faultWords, serviceWords } from '../agent/wording.ts';
import { count } from '../size.ts';
import { Rate } from './rate.ts';
import type { ExposureView, LinkView, Panel, TrafficView, View } from './view.ts';

/** How long the answer to a key stands. */
const NOTICE_MS = 4_000;

/** Why the origin said nothing, where starting or mending it is the way out. */
const DOWN = {
  refused: ['does not answer', 'start it, and traffic flows'],
  unreachable: ['cannot be reached', 'check the target'],
  dns: ['has no address', 'check the target'],
  timeout: ['does not answer in time', 'check that it is up'],
  tls: ['speaks no TLS that can be trusted', 'check its certificate'],
} as const satisfies Partial<Record<PipeCause, readonly [what: string, todo: string]>>;

/** What is looked at of a running agent. */
export interface Watched {
  readonly agent: Pick<Runtime['agent'], 'stats' | 'exposures'>;
  readonly standing: Runtime['standing'];
}

export class Model {
  /** Of all exposures together. */
  readonly traffic = new Traffic();
  /** Undefined until there is an agent. */
  runtime: Watched | undefined;
  stopping = false;
  panel: Panel | undefined;
  readonly #gateway: string;
  readonly #asked: readonly ExposureSpec[];
  readonly #keys: boolean;
  readonly #rate = new Rate();
  /** Whose origin did not answer last time, and why. */
  readonly #down = new Map<ExposureSpec, readonly [what: string, todo: string]>();
  #handshakeMs: number | undefined;
  #tryingAt = 0;
  #notice: { readonly text: string; readonly until: number } | undefined;

  /** `asked`: the exposures until there is an agent that knows which they are. */
  constructor(gateway: string, asked: readonly ExposureSpec[], keys: boolean) {
    this.#gateway = gateway;
    this.#asked = asked;
    this.#keys = keys;
  }

  /** The first that is published. */
  get url(): string | undefined {
    return this.#exposures().find(({ url }) => url !== undefined)?.url;
  }

  take(event: AgentEvent, now: number): void {
    this.traffic.take(event);
    if (event.type === 'connected') this.#handshakeMs = event.handshakeMs;
    if (event.type === 'retrying') this.#tryingAt = now + event.inMs;
    if (event.type === 'request') this.#request(event);
  }

  /** An origin that did not answer when it was asked. */
  down(exposure: ExposureSpec): void {
    this.#down.set(exposure, DOWN.refused);
  }

  up(exposure: ExposureSpec): void {
    this.#down.delete(exposure);
  }

  /** The answer to a key. */
  note(text: string, now: number): void {
    this.#notice = { text, until: now + NOTICE_MS };
  }

  view(now: number): View {
    if (this.#notice && now >= this.#notice.until) this.#notice = undefined;
    const [down] = this.#down;
    return {
      gateway: this.#gateway,
      link: this.#link(now),
      exposures: this.#exposures(),
      originDown: down && { what: `${down[0].target.text} ${down[1][0]}`, todo: down[1][1] },
      traffic: this.#trafficView(now),
      keys: this.#keys,
      notice: this.#notice?.text,
      panel: this.panel,
    };
  }

  #request({ exposure, status, cause }: AgentEvent & { type: 'request' }): void {
    const why = status === undefined && cause !== undefined ? DOWN[cause as keyof typeof DOWN] : undefined;
    if (why !== undefined) this.#down.set(exposure, why);
    else if (status !== undefined) this.#down.delete(exposure);
  }

  /** Those of the agent, which may be told others while it runs. */
  #exposures(): readonly ExposureView[] {
    if (this.runtime === undefined)
      return this.#asked.map((spec) => ({ target: serviceOf(spec), url: undefined, refused: undefined }));
    const { agent, standing } = this.runtime;
    return Array.from(agent.exposures, ({ spec }) => {
      const { url, refused } = standing.of(spec);
      return { target: serviceOf(spec), url, refused: refused && faultWords(refused.code, refused.seen) };
    });
  }

  #link(now: number): LinkView {
    const { agent, standing } = this.runtime ?? {};
    if (this.stopping) return { kind: 'stopping', underWay: agent?.stats?.streams ?? 0 };
    const again = this.#handshakeMs !== undefined;
    switch (standing?.state) {
      case undefined:
      case 'connecting':
        return { kind: 'connecting', again };
      case 'connected':
        // Until a round trip has been measured: the handshake takes about two.
        return {
          kind: 'online',
          transport: standing.transport ?? '',
          rttMs: agent?.stats?.rttMs ?? (this.#handshakeMs ?? 0) / 2,
        };
      case 'retrying': {
        const { trouble } = standing;
        const why = trouble ? faultWords(trouble.code, trouble.seen) : '';
        return { kind: 'waiting', seconds: Math.max(1, Math.ceil((this.#tryingAt - now) / 1_000)), why, again };
      }
    }
  }

  #trafficView(now: number): TrafficView | undefined {
    const sum = { visits: 0, open: 0, bytes: 0 };
    for (const { meter } of this.runtime?.agent.exposures ?? []) {
      sum.visits += meter.visits;
      sum.open += meter.open;
      sum.bytes += meter.bytesIn + meter.bytesOut;
    }
    const perSecond = this.#rate.at(now, sum.visits);
    if (sum.visits === 0) return undefined;
    const { requests, failed } = this.traffic;
    return {
      // What is no HTTP exchange is a TCP connection.
      visits: requests > 0 ? count(requests, 'request') : count(sum.visits, 'visit'),
      perSecond,
      bytes: sum.bytes,
      failed,
      p50Ms: this.traffic.quantileMs(0.5),
      p95Ms: this.traffic.quantileMs(0.95),
      open: sum.open,
    };
  }
}

const serviceOf = ({ target, pool }: ExposureSpec): string => serviceWords(target.text, pool);
