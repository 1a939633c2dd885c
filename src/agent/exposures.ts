import type { ExposureRequest } from '../contract/exposure.ts';
import type { ProxyVersion } from '../proxy-protocol/header.ts';
import type { HostHeader } from './origin/host-header.ts';
import { type Meter, newMeter } from './origin/meter.ts';
import type { Origin } from './origin/origin.ts';
import type { Target } from './target.ts';

/** One exposure as it was asked for. */
export interface ExposureSpec {
  readonly target: Target;
  readonly name: string | undefined;
  readonly port: number | undefined;
  /** `user:pass` that visitors must give. */
  readonly auth: string | undefined;
  readonly allowIp: readonly string[];
  readonly takeOver: boolean;
  /** Share it with other agents that ask to. */
  readonly pool: boolean;
  readonly hostHeader: HostHeader;
  /** The origin is told by a PROXY header whose each connection is. */
  readonly sendProxyProtocol: ProxyVersion | undefined;
  /** How long the origin may take to answer; undefined: as long as everywhere. */
  readonly originTimeoutMs: number | undefined;
  /** Directories: serve hidden files. */
  readonly hidden: boolean;
}

/** An exposure with what reaches its origin, which outlives sessions: connections at rest survive a reconnect. */
export interface Exposure {
  readonly spec: ExposureSpec;
  readonly origin: Origin;
  readonly meter: Meter;
}

export function requestFor(id: number, spec: ExposureSpec): ExposureRequest {
  const { target, name, port, auth, allowIp, takeOver, pool } = spec;
  return { id, kind: target.kind, target: target.text, name, port, auth, allowIp, takeOver, pool };
}

/** The exposures an agent has now. Told a new list it says what changed; what did not keeps its origin and is not touched. */
export class Exposures {
  readonly #makeOrigin: (spec: ExposureSpec, meter: Meter) => Origin;
  #all = new Map<string, Exposure>();

  constructor(makeOrigin: (spec: ExposureSpec, meter: Meter) => Origin) {
    this.#makeOrigin = makeOrigin;
  }

  get size(): number {
    return this.#all.size;
  }

  [Symbol.iterator](): Iterator<Exposure> {
    return this.#all.values();
  }

  /** Throws what making an origin throws; then nothing has changed. */
  set(specs: readonly ExposureSpec[]): { readonly added: readonly Exposure[]; readonly removed: readonly Exposure[] } {
    const before = this.#all;
    const after = new Map<string, Exposure>();
    for (const spec of specs) {
      const key = keyOf(spec);
      after.set(key, after.get(key) ?? before.get(key) ?? this.#make(spec));
    }
    this.#all = after;
    const removed = [...before].filter(([key]) => !after.has(key)).map(([, exposure]) => exposure);
    for (const { origin } of removed) origin.close();
    return { added: [...after].filter(([key]) => !before.has(key)).map(([, exposure]) => exposure), removed };
  }

  #make(spec: ExposureSpec): Exposure {
    const meter = newMeter();
    return { spec, meter, origin: this.#makeOrigin(spec, meter) };
  }
}

function keyOf(spec: ExposureSpec): string {
  return JSON.stringify(Object.entries(spec).sort(([a], [b]) => (a < b ? -1 : 1)));
}
