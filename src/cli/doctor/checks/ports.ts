// The addresses the gateway listens at: held by it, or free for it.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { LISTEN_ERROR } from '../../../contract/errors.ts';
import { formatAddress, type HostPort } from '../../address.ts';
import type { ServeSettings } from '../../serve/settings.ts';
import { type Check, type Finding, failure, ok, together } from '../check.ts';
import { statusHere } from '../here.ts';
import { config } from './config.ts';
import { onGateway } from './on-gateway.ts';

async function listenOnce(at: HostPort): Promise<Finding> {
  const server = createServer();
  try {
    await once(server.listen({ ...at, exclusive: true }), 'listening');
    return ok(`${formatAddress(at)} is free`);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return failure(LISTEN_ERROR[code] ?? 'TK-5002', `${formatAddress(at)}: ${code}.`);
  } finally {
    server.close();
  }
}

const addressesOf = ({ http, https, agents, admin }: ServeSettings): readonly HostPort[] => [
  http,
  https,
  ...(agents ? [agents] : []),
  admin,
];

export const ports: Check = {
  name: 'ports',
  title: 'ports of the gateway',
  needs: [config],
  run: onGateway(async (patient, signal) => {
    const status = await statusHere(patient, signal).catch(() => undefined);
    if (status) return ok(`held by it: ${[...new Set(Object.values(status.listeners))].join(', ')}`);
    return together(await Promise.all(addressesOf(await patient.serveSettings()).map(listenOnce)));
  }),
};
