// Room for the gateway's database.
import { statfs } from 'node:fs/promises';
import { size } from '../../size.ts';
import { type Check, type Finding, failure, ok, warning } from '../check.ts';
import { dataDirectory, nearestThere } from './data-directory.ts';
import { onGateway } from './on-gateway.ts';

/** Its database and the journal beside it are far smaller; SQLite fails when neither can grow. */
const FREE_BYTES_MIN = 10e6;
/** Logs of others fill what is left within days. */
const FREE_BYTES_GOOD = 200e6;

/** `free`: bytes on the file system of `directory`. */
export function roomFor(directory: string, free: number): Finding {
  const seen = `${size(free)} free for ${directory}`;
  if (free < FREE_BYTES_MIN) return failure('TK-8002', `${seen}.`);
  return free < FREE_BYTES_GOOD ? warning('TK-8007', `${seen}.`) : ok(seen);
}

export const disk: Check = {
  name: 'disk',
  title: 'free disk space',
  needs: [dataDirectory],
  run: onGateway(async (patient) => {
    const { dataDirectory: directory } = await patient.serveSettings();
    const { bavail, bsize } = await statfs(await nearestThere(directory));
    return roomFor(directory, bavail * bsize);
  }),
};
