// The TLS handshake: whether a gateway speaks there, and which certificate stands in front of it.
import { ALPN_ANPX } from '../../../contract/link.ts';
import { judgeCertificate } from '../certificate.ts';
import { type Check, failure, notApplicable, ok } from '../check.ts';
import { secureWayTo } from '../way.ts';
import { tcp } from './tcp.ts';
import { toGateway } from './to-gateway.ts';

export const tls: Check = {
  name: 'tls',
  title: 'TLS with the gateway',
  needs: [tcp],
  late: failure(
    'TK-4001',
    'Its port takes connections, but does not answer a TLS handshake.',
    'Check that the gateway listens at this port, and not something else; start the gateway anew if it hangs.',
  ),
  run: toGateway(async (patient, signal) => {
    if ((await patient.agentSettings()).insecure) return notApplicable('`insecure`: it goes without TLS');
    const proxied = (await patient.proxy()) !== undefined;
    const socket = await secureWayTo(patient, proxied ? ['http/1.1'] : [ALPN_ANPX, 'http/1.1'], signal);
    const certificate = socket.getPeerX509Certificate();
    socket.destroy();
    const found = certificate
      ? judgeCertificate(certificate, socket.authorized, patient.now())
      : ok('no certificate was shown');
    // Nothing is wrong with that; whether a gateway stands behind it is for the link to find out.
    if (proxied || socket.alpnProtocol === ALPN_ANPX) return found;
    return { ...found, seen: `${found.seen}; not the gateway's own port: a reverse proxy, or something else` };
  }),
};
