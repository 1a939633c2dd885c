// What the running gateway shows visitors for its domain and for each name that is published now.
import { once } from 'node:events';
import { connect } from 'node:tls';
import { parseAddress } from '../../address.ts';
import { localAddress } from '../../serve/hosts.ts';
import { judgeCertificate } from '../certificate.ts';
import { type Check, type Finding, failure, notApplicable, ok, together, warning } from '../check.ts';
import { statusHere } from '../here.ts';
import { onGateway } from './on-gateway.ts';
import { serving } from './serving.ts';

/** More are not looked at: each is a handshake, and they are made alike. */
const NAMES_MAX = 16;
const BROWSERS = 'Browsers will warn: bring a certificate with --cert and --key, or let ACME make one.';

async function shownFor(name: string, https: string, now: number, signal: AbortSignal): Promise<Finding> {
  const at = localAddress(parseAddress(https, 'https'));
  const socket = connect({ ...at, servername: name, ALPNProtocols: ['http/1.1'], rejectUnauthorized: false });
  signal.addEventListener('abort', () => socket.destroy());
  try {
    await once(socket, 'secureConnect');
    const certificate = socket.getPeerX509Certificate();
    if (!certificate) return failure('TK-6001', `${name}: no certificate is shown.`);
    const finding = judgeCertificate(certificate, socket.authorized, now);
    const seen = `${name}: ${finding.seen}`;
    if (finding.outcome !== 'ok') return { ...finding, seen };
    if (certificate.checkHost(name) === undefined)
      return warning('TK-6001', `${seen}, but not for this name.`, BROWSERS);
    return socket.authorized ? ok(seen) : warning('TK-6001', `${seen}.`, BROWSERS);
  } catch (error) {
    return failure('TK-6001', `${name}: ${(error as NodeJS.ErrnoException).code}.`);
  } finally {
    socket.on('error', () => {}).destroy();
  }
}

export const certificates: Check = {
  name: 'certificates',
  title: 'certificates for visitors',
  needs: [serving],
  run: onGateway(async (patient, signal) => {
    const { domain } = await patient.serveSettings();
    const status = await statusHere(patient, signal).catch(() => undefined);
    if (!status?.listeners.https) return notApplicable('the gateway does not run');
    const published = status.sessions.flatMap(({ exposures }) => exposures).filter((url) => url.startsWith('https:'));
    const names = [...(domain ? [domain] : []), ...published.map((url) => new URL(url).hostname)];
    if (names.length === 0) return notApplicable('nothing is published as https://');
    const looked = [...new Set(names)].slice(0, NAMES_MAX);
    const { https } = status.listeners;
    return together(await Promise.all(looked.map((name) => shownFor(name, https, patient.now(), signal))));
  }),
};
