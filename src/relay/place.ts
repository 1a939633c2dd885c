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

/**
 * A name or port that somebody holds, who runs it now, and who waits for it.
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

/** An admitted agent, as the registry sees it. */
export interface Member extends Claimant {
  readonly token: TokenRecord;
  readonly asker: Asker;
  readonly opener: StreamOpener;
  readonly voice: Voice;
  readonly leases: Map<number, Lease>;
  /** Exposures asked for and not decided yet. */
  asking: number;
  gone: boolean;
  /** It has taken something over; a session counts once, however many exposures it has. */
  tookOver: boolean;
}

/** A place while an agent runs it. */
export interface Lease {
  readonly member: Member;
  readonly place: Place;
  readonly request: ExposureRequest;
  /** As the agent was told last. */
  grant: ExposureGrant;
  readonly destination: LiveDestination;
  readonly since: number;
}

export class Place {
  holding: Holding;
  /** Ports only: open from the first time an agent ran it, so that visitors are told that it is away. */
  listener: { readonly kind: ExposureKind; readonly opened: Listener } | undefined;
  #lease: Lease | undefined;
  readonly #waiting = new Set<(now: LiveDestination) => void>();
  readonly #away: AwayDestination = {
    kind: 'away',
    wait: (told) => {
      this.#waiting.add(told);
      return () => this.#waiting.delete(told);
    },
  };

  constructor(holding: Holding) {
    this.holding = holding;
  }

  get lease(): Lease | undefined {
    return this.#lease;
  }

  get destination(): Destination {
    return this.#lease?.destination ?? this.#away;
  }

  /** From now on visits go to `lease`, those that waited first. */
  occupy(lease: Lease): void {
    this.#lease = lease;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const told of waiting) told(lease.destination);
  }

  /** Does nothing if another lease runs it by now. */
  vacate(lease: Lease): void {
    if (this.#lease === lease) this.#lease = undefined;
  }
}
