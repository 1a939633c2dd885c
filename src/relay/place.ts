import type { Clock } from '../contract/clock.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type {
  AwayDestination,
  Destination,
  ExposureGrant,
  ExposureKind,
  ExposureRequest,
  LiveDestination,
} from '../contract/exposure.ts';
import type { Listener } from '../contract/reactor.ts';
import type { Holding, TokenRecord } from '../contract/store.ts';
import type { StreamOpener } from '../contract/stream.ts';
import type { Claimant } from './ownership.ts';
import type { Asker } from './placement.ts';
import { Pool } from './pool.ts';

/**
 * A name or port that somebody holds, who runs it now (several, if they share it), and who waits for it.
 * Knows no rules: `ownership.ts` says who may, `registry.ts` does.
 */

/** What the registry may say to an agent. */
export interface Voice {
  exposed(grant: ExposureGrant): void;
  /** The exposure does not run, or runs no longer. */
  refused(id: number, code: ErrorCode, seen: string): void;
  /** Everything this agent ran was taken over: it ends for good. */
  replaced(): void;
  /** It fights with another process: it ends and may come back in `ms`. */
  quarantined(ms: number): void;
}

/** A session, as a way to an agent. */
export interface AgentOpener extends StreamOpener {
  /** Streams it has now. */
  readonly streams: number;
}

/** An admitted agent, as the registry sees it. */
export interface Member extends Claimant {
  readonly token: TokenRecord;
  readonly asker: Asker;
  readonly opener: AgentOpener;
  /** Hex, of its process; undefined if it did not say. */
  readonly run: string | undefined;
  readonly voice: Voice;
  readonly leases: Map<number, Lease>;
  /** Exposures asked for and not decided yet. */
  asking: number;
  gone: boolean;
  /** It has taken something from a rival; a session counts once, however many exposures it has. */
  tookOver: boolean;
}

/** A place while an agent runs it. */
export interface Lease {
  readonly member: Member;
  readonly place: Place;
  readonly request: ExposureRequest;
  /** As the agent was told last. */
  grant: ExposureGrant;
  readonly destination: LiveDestination & { readonly opener: AgentOpener };
  readonly since: number;
}

/** One line of the status: a thing that is held, and who runs it. */
export interface PlaceStatus {
  readonly kind: Holding['kind'];
  readonly value: string;
  readonly account: string;
  readonly target: string;
  readonly url: string | undefined;
  /** Those who run it may share it. */
  readonly pool: boolean;
  /** Keys of those who run it; several are a pool. */
  readonly agents: readonly string[];
  /** When the first of them began. */
  readonly since: number | undefined;
}

export class Place {
  holding: Holding;
  /** Ports only: open from the first time an agent ran it, so that visitors are told that it is away. */
  listener: { readonly kind: ExposureKind; readonly opened: Listener } | undefined;
  #leases: readonly Lease[] = [];
  #destination: Destination;
  readonly #pool: Pool;
  readonly #waiting = new Set<(now: LiveDestination) => void>();
  readonly #away: AwayDestination = {
    kind: 'away',
    wait: (told) => {
      this.#waiting.add(told);
      return () => this.#waiting.delete(told);
    },
  };

  /** `shunMs`: as for `Pool`. */
  constructor(holding: Holding, clock: Clock, shunMs: number) {
    this.holding = holding;
    this.#pool = new Pool(clock, shunMs);
    this.#destination = this.#away;
  }

  get leases(): readonly Lease[] {
    return this.#leases;
  }

  get destination(): Destination {
    return this.#destination;
  }

  /** From now on visits go to `lease` too, those that waited first. */
  occupy(lease: Lease): void {
    const live = this.#follow([...this.#leases, lease]) ?? lease.destination;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const told of waiting) told(live);
  }

  /** Does nothing if it does not run it any more. */
  vacate(lease: Lease): void {
    if (this.#leases.includes(lease)) this.#follow(this.#leases.filter((other) => other !== lease));
  }

  status(): PlaceStatus {
    const { kind, value, account, target } = this.holding;
    const [first] = this.#leases;
    return {
      ...{ kind, value, account, target },
      url: first?.grant.url,
      pool: first?.request.pool ?? false,
      agents: this.#leases.map(({ member }) => member.agentKey),
      since: first?.since,
    };
  }

  #follow(leases: readonly Lease[]): LiveDestination | undefined {
    this.#leases = leases;
    this.#pool.seat(leases.map(({ destination }) => destination));
    const [first] = leases;
    const live =
      first === undefined || leases.length === 1
        ? first?.destination
        : { ...first.destination, opener: this.#pool, exposure: 0 };
    this.#destination = live ?? this.#away;
    return live;
  }
}
