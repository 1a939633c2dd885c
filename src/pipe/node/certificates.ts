// Certificates as OpenSSL contexts, made once each.
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Certificate } from '../../contract/reactor.ts';

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
