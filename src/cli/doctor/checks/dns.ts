// What the gateway's name resolves to, here.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { type Check, failure, notApplicable, ok } from '../check.ts';
import { proxy } from './proxy.ts';
import { toGateway } from './to-gateway.ts';

export const dns: Check = {
  name: 'dns',
  title: 'DNS of the gateway',
  // Where a proxy stands in between, it resolves the name; one that is not right says nothing of the DNS.
  needs: [proxy],
  late: failure(
    'TK-4002',
    'No DNS server answered in time.',
    'Check which servers this machine asks, and your network.',
  ),
  run: toGateway(async (patient) => {
    const { host } = await patient.credentials();
    if (isIP(host)) return notApplicable(`${host} is an address`);
    if (await patient.proxy()) return notApplicable('the proxy resolves it');
    try {
      const found = await lookup(host, { all: true });
      return ok(`${host}: ${found.map(({ address }) => address).join(', ')}`);
    } catch (error) {
      return failure('TK-4002', `${host}: ${(error as NodeJS.ErrnoException).code}.`);
    }
  }),
};
