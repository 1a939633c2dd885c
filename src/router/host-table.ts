import { canonicalHost } from './host.ts';

/**
 * Exact lookup by canonical host. A real `Map`, so that names such as `__proto__` are only names, and there is no
 * pattern that one host could match by accident.
 */
export class HostTable<T> {
  readonly #byHost = new Map<string, T>();

  /** `host` in any spelling. False: it is not a host, nothing was set. */
  set(host: string, value: T): boolean {
    const canonical = canonicalHost(host);
    if (canonical === undefined) return false;
    this.#byHost.set(canonical, value);
    return true;
  }

  /** `host` must be canonical already: a visit is canonicalised once, where it arrives. */
  get(host: string): T | undefined {
    return this.#byHost.get(host);
  }

  /** `host` in any spelling. */
  delete(host: string): boolean {
    const canonical = canonicalHost(host);
    return canonical !== undefined && this.#byHost.delete(canonical);
  }

  get size(): number {
    return this.#byHost.size;
  }

  entries(): IterableIterator<[string, T]> {
    return this.#byHost.entries();
  }
}
