// Whether a gateway lives on this machine, and what it says of itself.
import { access } from 'node:fs/promises';
import { askGateway } from '../../admin/client.ts';
import { dataFiles } from '../places.ts';
import type { GatewayStatus } from '../status/lines.ts';
import type { Patient } from './patient.ts';

/** It was told to: `--data-dir`, or a `serve` section of the configuration. */
export async function isGatewayMeant(patient: Patient): Promise<boolean> {
  return patient.invocation.options['data-dir'] !== undefined || (await patient.config()).serve !== undefined;
}

/** It is meant to, or has run here before: then its identity key is there. */
export async function isGatewayHere(patient: Patient): Promise<boolean> {
  if (await isGatewayMeant(patient)) return true;
  const { identityKey } = dataFiles((await patient.serveSettings()).dataDirectory);
  return access(identityKey).then(
    () => true,
    () => false,
  );
}

/** Rejects with TK-5006 where none runs, TK-8001 where it may not be asked. */
export async function statusHere(patient: Patient, signal: AbortSignal): Promise<GatewayStatus> {
  const { socket } = dataFiles((await patient.serveSettings()).dataDirectory);
  return (await askGateway(socket, 'GET', '/status', undefined, signal)).body as GatewayStatus;
}
