// Certificates of the own authority: for whoever asks, since agents look at the pin and visitors were warned.
import type { Authority } from '../../identity/authority.ts';
import { ALL_THERE, type Certificates } from './certificates.ts';

/** `why`: why there are no others, in a few words. */
export function ownCertificates(authority: Authority, why: string): Certificates {
  const shown = (serverName: string | undefined) =>
    authority.certificate(serverName) ?? authority.certificate(undefined);
  return {
    ...ALL_THERE,
    certificate: shown,
    covers: (sni, host) => shown(sni) === shown(host),
    distrust: () => why,
    prepare: (host) => {
      if (authority.certificate(host) === undefined) void authority.certificateFor([host]);
    },
    close: () => authority.close(),
  };
}
