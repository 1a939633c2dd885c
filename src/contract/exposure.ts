import type { Policy } from './policy.ts';
import type { StreamOpener } from './stream.ts';

/** What visitors speak. */
export type ExposureKind = 'http' | 'tcp' | 'udp';

/** What an agent asks to publish. `id` is the agent's own number for it in this session. */
export interface ExposureRequest {
  readonly id: number;
  readonly kind: ExposureKind;
  /** The origin in the agent's words (`http://localhost:3000`): for the operator, and so that an exposure without a name keeps the one it got. */
  readonly target: string;
  readonly name: string | undefined;
  readonly port: number | undefined;
  /** `user:pass` that visitors must give (HTTP Basic). */
  readonly auth: string | undefined;
  /** Networks (CIDR) visitors must come from; empty: everybody. */
  readonly allowIp: readonly string[];
  /** Replace a running exposure of another agent of the same account. */
  readonly takeOver: boolean;
  /** Share it with other agents of the same account that ask for the same. */
  readonly pool: boolean;
}

/** What the gateway made of it. */
export interface ExposureGrant {
  readonly id: number;
  readonly kind: ExposureKind;
  /** `https://x.example.com`, `http://host:port`, `tcp://host:port` or `udp://host:port`. */
  readonly url: string;
  readonly name: string | undefined;
  readonly port: number | undefined;
  /** The URL works, and a better one is soon granted in its place: `https://`, once the name has its certificate. */
  readonly coming?: boolean | undefined;
  /** Why the URL is not `https://`, one line, where that is worth telling. */
  readonly remark?: string | undefined;
}

/** An exposure whose agent is connected: visits go through `opener` under the number `exposure`, after `policies` let them pass. */
export interface LiveDestination {
  readonly kind: 'live';
  readonly opener: StreamOpener;
  readonly exposure: number;
  readonly policies: readonly Policy[];
}

/** A name or port that is known while its agent is away. */
export interface AwayDestination {
  readonly kind: 'away';
  /** Calls `told` once if the agent comes back; the function it returns takes the wish back. */
  wait(told: (now: LiveDestination) => void): () => void;
}

/** Where a visit goes. `relay` keeps these and `ingress` asks for them; one object stands for as long as what it says is true. */
export type Destination = LiveDestination | AwayDestination | { readonly kind: 'unknown' };
