// Certificates and authorities as OpenSSL contexts, made once each: making one costs up to 50 ms.
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import type { Certificate } from '../../contract/reactor.ts';

/** Sets of authorities that a process dials with: its own gateways' and its origins'. */
const AUTHORITIES_KEPT = 16;

/** A listener's contexts, by certificate object: who renews one hands out a new object, and the old goes to the collector. */
export class ServerContexts {
  readonly #made = new WeakMap<Certificate, SecureContext>();
  /** For handshakes without a certificate: they fail with the right alert. */
  readonly none = createSecureContext({ minVersion: 'TLSv1.2' });

  of(certificate: Certificate): SecureContext {
    let context = this.#made.get(certificate);
    if (context === undefined) {
      context = createSecureContext({ cert: certificate.cert, key: certificate.key, minVersion: 'TLSv1.2' });
      this.#made.set(certificate, context);
    }
    return context;
  }
}

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
