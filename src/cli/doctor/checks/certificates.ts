// What the running gateway shows visitors for its domain and for each name that is published now, and what came of ACME.
import { once } from 'node:events';
import { connect } from 'node:tls';
import { ERRORS, type ErrorCode } from '../../../contract/errors.ts';
import { parseAddress } from '../../address.ts';
import type { CertificateState } from '../../serve/certificates.ts';
import { localAddress } from '../../serve/hosts.ts';
import type { GatewayStatus } from '../../status/lines.ts';
import { judgeCertificate } from '../certificate.ts';
import { type Check, type Finding, failure, notApplicable, ok, together, warning } from '../check.ts';
import { statusHere } from '../here.ts';
import { onGateway } from './on-gateway.ts';
import { serving } from './serving.ts';

/** More are not looked at: each is a handshake, and they are made alike. */
const NAMES_MAX = 16;

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
    if (certificate.checkHost(name) === undefined) return warning('TK-6011', `${seen}, but not for this name.`);
    return socket.authorized ? ok(seen) : warning('TK-6011', `${seen}.`);
  } catch (error) {
    return failure('TK-6001', `${name}: ${(error as NodeJS.ErrnoException).code}.`);
  } finally {
    socket.on('error', () => {}).destroy();
  }
}

/** Of a name that has none by ACME, or of whose certificate the renewal fails; undefined: see what is shown. */
export function foundByAcme({ name, state, code, seen }: CertificateState): Finding | undefined {
  if (state === 'coming') return ok(`${name}: its certificate is on its way`);
  // The gateway may know codes that this program does not.
  const known = code !== null && code in ERRORS ? (code as ErrorCode) : undefined;
  const said = seen?.startsWith(`${name}: `) ? seen : `${name}: ${seen ?? code ?? ''}`;
  if (state === 'failed') return failure(known ?? 'TK-6010', said);
  return code === null ? undefined : warning(known ?? 'TK-6010', said);
}

function namesOf({ sessions }: GatewayStatus, domain: string | undefined): readonly string[] {
  const published = sessions.flatMap(({ exposures }) => exposures).filter((url) => url.startsWith('https:'));
  return [...new Set([...(domain ? [domain] : []), ...published.map((url) => new URL(url).hostname)])];
}

export const certificates: Check = {
  name: 'certificates',
  title: 'certificates for visitors',
  needs: [serving],
  run: onGateway(async (patient, signal) => {
    const status = await statusHere(patient, signal).catch(() => undefined);
    const https = status?.listeners.https;
    if (!https) return notApplicable('the gateway does not run');
    // An older gateway, that runs on after an update, does not tell of them.
    const byAcme = new Map((status.certificates ?? []).map((state) => [state.name, foundByAcme(state)]));
    const { domain } = await patient.serveSettings();
    const names = namesOf(status, domain).filter((name) => byAcme.get(name) === undefined);
    const told = [...byAcme.values()].filter((finding) => finding !== undefined);
    if (names.length + told.length === 0) return notApplicable('nothing is published as https://');
    const shown = names.slice(0, NAMES_MAX).map((name) => shownFor(name, https, patient.now(), signal));
    return together([...told, ...(await Promise.all(shown))]);
  }),
};
