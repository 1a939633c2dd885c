// Whether this machine's clock agrees with the gateway's: certificates and logs are read by it.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { LINK_PATH } from '../../../contract/link.ts';
import { formatAddress } from '../../address.ts';
import { type Check, notApplicable, notChecked, ok, warning } from '../check.ts';
import { secureWayTo, wayTo } from '../way.ts';
import { tls } from './tls.ts';
import { toGateway } from './to-gateway.ts';

/** A Date field counts whole seconds, and the answer took its time. */
const APART_MS_MAX = 5_000;

export const clock: Check = {
  name: 'clock',
  title: 'clock',
  needs: [tls],
  late: notChecked('because the gateway did not tell its time'),
  run: toGateway(async (patient, signal) => {
    const { insecure } = await patient.agentSettings();
    const way = insecure ? await wayTo(patient, signal) : await secureWayTo(patient, ['http/1.1'], signal);
    const headers = { host: formatAddress(await patient.credentials()) };
    const asked = request({ path: LINK_PATH, headers, createConnection: () => way as never, signal });
    asked.on('error', () => {});
    const [response] = (await once(asked.end(), 'response')) as [IncomingMessage];
    way.destroy();
    const there = Date.parse(response.headers.date ?? '');
    if (Number.isNaN(there)) return notApplicable('the gateway does not tell its time');
    const apartMs = patient.now() - there;
    if (Math.abs(apartMs) <= APART_MS_MAX) return ok("as the gateway's, to a few seconds");
    const seconds = Math.round(Math.abs(apartMs) / 1_000);
    return warning('TK-4011', `This machine is ${seconds} s ${apartMs > 0 ? 'ahead of' : 'behind'} the gateway.`);
  }),
};
