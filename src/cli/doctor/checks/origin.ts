// The local service: whether it is up, whether it speaks HTTP, and whether it takes the Host that visitors send.
import { isIP } from 'node:net';
import { Agent, request } from 'undici';
import { probeOrigin } from '../../../agent/probe.ts';
import { parseTarget, type Target } from '../../../agent/target.ts';
import type { ExposureConfig } from '../../config/schema.ts';
import { text } from '../../text.ts';
import { type Check, type Finding, failure, notApplicable, ok, together, warning } from '../check.ts';
import type { Patient } from '../patient.ts';
import { config } from './config.ts';

/** What visitors would ask for: some name that is not the service's own. */
const PUBLIC_HOST = 'doctor.example.com';

async function statusFor({ place }: Target, host: string, signal: AbortSignal): Promise<number> {
  if (place.type !== 'http') return 0;
  const { at, tls } = place;
  const socketPath = 'path' in at ? { socketPath: at.path } : {};
  // An address is no server name; an empty one keeps the Host header from becoming it.
  const servername = tls && isIP(tls.serverName) === 0 ? tls.serverName : '';
  const secure = tls ? { servername, rejectUnauthorized: tls.verify === 'system' } : {};
  const dispatcher = new Agent({ connect: { ...socketPath, ...secure } });
  try {
    const url = `${tls ? 'https' : 'http'}://${'path' in at ? 'localhost' : place.authority}/`;
    const { statusCode, body } = await request(url, { dispatcher, signal, headers: { host } });
    // The head is enough; an error nobody listens to would end the process.
    body.on('error', () => {}).destroy();
    return statusCode;
  } finally {
    await dispatcher.destroy();
  }
}

async function askOverHttp(target: Target, authority: string, signal: AbortSignal): Promise<Finding> {
  try {
    const status = await statusFor(target, PUBLIC_HOST, signal);
    const seen = `${target.text} answers ${status}`;
    const isRefused = status === 400 || status === 403 || status === 421;
    const own = isRefused ? await statusFor(target, authority, signal) : status;
    if (own === status) return ok(seen);
    return warning('TK-2009', `${target.text} answers ${status} to the Host ${PUBLIC_HOST}, and ${own} to its own.`);
  } catch (error) {
    const { code, name, message } = error as NodeJS.ErrnoException;
    if (name === 'TimeoutError' || name === 'AbortError') return failure('TK-2007', `${target.text}: no answer.`);
    return failure('TK-2006', `${target.text}: ${code ?? message}.`);
  }
}

type Given = Pick<ExposureConfig, 'target' | 'send-proxy-protocol'>;

async function look(patient: Patient, given: Given, signal: AbortSignal): Promise<Finding> {
  const target = parseTarget(given.target, process.cwd());
  const sendProxyProtocol = given['send-proxy-protocol'];
  if (target.kind === 'udp') return notApplicable('nobody can tell whether a UDP service is there');
  const down = await probeOrigin({ target, sendProxyProtocol }, patient.reactor, patient.limits);
  if (down) return failure(down.code, down.seen);
  const { place } = target;
  // Only the agent speaks to a service that waits for a PROXY header.
  const speaksHttp = place.type === 'http' && sendProxyProtocol === undefined;
  return speaksHttp ? askOverHttp(target, place.authority, signal) : ok(`${target.text} is there`);
}

export const origin: Check = {
  name: 'origin',
  title: 'local service',
  needs: [config],
  async run(patient, signal) {
    const asked = text(patient.invocation.options.target);
    const { exposures = [] } = await patient.config();
    const targets: readonly Given[] = asked === undefined ? exposures : [{ target: asked }];
    if (targets.length === 0) return notApplicable('name one to look at it: `tunnelkit doctor 3000`');
    // Less than the check's own time, so that a silent service is named.
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patient.limits.originConnectMs)]);
    return together(await Promise.all(targets.map((target) => look(patient, target, patience))));
  },
};
