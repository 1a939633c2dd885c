import type { Destination, LiveDestination } from '../contract/exposure.ts';
import { type Limits, limitValues } from '../contract/limits.ts';
import type { Policy } from '../contract/policy.ts';
import type { Reactor } from '../contract/reactor.ts';
import type { StreamOpener } from '../contract/stream.ts';
import { CALM } from '../observe/overload.testkit.ts';
import { Gate, type IngressOptions, type VisitRecord } from './gate.ts';

/** A gate that serves what its table says, and remembers what it was told. */
export interface TestGate {
  readonly gate: Gate;
  readonly options: IngressOptions;
  readonly table: Map<string, Destination>;
  readonly visits: VisitRecord[];
  readonly bounds: string[];
  readonly faults: unknown[];
}

export function makeGate(
  reactor: Reactor,
  limits: Partial<Limits> = {},
  changes: Partial<IngressOptions> = {},
): TestGate {
  const table = new Map<string, Destination>();
  const [visits, bounds, faults]: [VisitRecord[], string[], unknown[]] = [[], [], []];
  const options: IngressOptions = {
    reactor,
    limits: limitValues(limits),
    overload: CALM,
    lookup: (host) => table.get(host) ?? { kind: 'unknown' },
    trustedProxies: [],
    insecure: false,
    onAgent: ({ pipe }) => pipe.reset(),
    onLinkUpgrade: ({ pipe }) => pipe.reset(),
    redirect: () => undefined,
    challenge: () => undefined,
    covers: () => true,
    events: {
      visit: (record) => visits.push(record),
      bound: (limit) => bounds.push(limit),
      fault: (error) => faults.push(error),
    },
    ...changes,
  };
  return { gate: new Gate(options), options, table, visits, bounds, faults };
}

export function live(opener: StreamOpener, policies: readonly Policy[] = []): LiveDestination {
  return { kind: 'live', opener, exposure: 1, policies };
}

/** A destination whose agent is away until `arrive` is called. */
export class Away {
  readonly kind = 'away';
  readonly #waiting = new Set<(now: LiveDestination) => void>();

  get waiting(): number {
    return this.#waiting.size;
  }

  wait(told: (now: LiveDestination) => void): () => void {
    this.#waiting.add(told);
    return () => this.#waiting.delete(told);
  }

  arrive(now: LiveDestination): void {
    for (const told of [...this.#waiting]) {
      this.#waiting.delete(told);
      told(now);
    }
  }
}
