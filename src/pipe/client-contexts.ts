// Authorities as OpenSSL contexts, made once each: making one costs up to 50 ms.
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

/** Sets of authorities that a process dials with: its own gateways' and its origins'. */
const AUTHORITIES_KEPT = 16;

/** Contexts for dialling, by the authorities they trust besides Node's and the system's. */
export class ClientContexts {
  readonly #made = new Map<string, SecureContext>();
  #common: readonly string[] | undefined;

  of(authorities: readonly string[], minVersion: 'TLSv1.2' | 'TLSv1.3'): SecureContext {
    const name = [minVersion, ...authorities].join('\n');
    let context = this.#made.get(name);
    if (context === undefined) {
      this.#common ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
      context = createSecureContext({ ca: [...this.#common, ...authorities], minVersion });
      if (this.#made.size >= AUTHORITIES_KEPT) this.#made.clear();
      this.#made.set(name, context);
    }
    return context;
  }
}
