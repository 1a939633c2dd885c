// The data directory: whether the gateway may write there, and nobody else may read its secrets.
import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { dataFiles } from '../../places.ts';
import { type Check, failure, ok, warning } from '../check.ts';
import { config } from './config.ts';
import { onGateway } from './on-gateway.ts';

/** The directory, or the one above it in which it would be made. */
export async function nearestThere(directory: string): Promise<string> {
  const found = await stat(directory).catch(() => undefined);
  return found || directory === dirname(directory) ? directory : nearestThere(dirname(directory));
}

/** Of these files, those that others than their owner may read. */
async function openToOthers(files: readonly string[]): Promise<readonly string[]> {
  const modes = await Promise.all(files.map((file) => stat(file).catch(() => undefined)));
  return files.filter((_file, at) => ((modes[at]?.mode ?? 0) & 0o077) !== 0);
}

export const dataDirectory: Check = {
  name: 'data-directory',
  title: 'data directory',
  needs: [config],
  run: onGateway(async (patient) => {
    const { dataDirectory: directory } = await patient.serveSettings();
    const there = await nearestThere(directory);
    try {
      await access(there, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      return failure('TK-8001', `${there}: ${(error as NodeJS.ErrnoException).code}.`);
    }
    if (there !== directory) return ok(`${directory}: made at the first start`);
    // Windows has no such modes.
    if (process.platform === 'win32') return ok(directory);
    const { identityKey, firstToken, joinLink, localLink } = dataFiles(directory);
    const open = await openToOthers([directory, identityKey, firstToken, joinLink, localLink]);
    if (open.length === 0) return ok(`${directory}: may be written, and read by nobody else`);
    return warning('TK-8006', `${open.join(', ')}.`, `Run: chmod go= ${open.join(' ')}`);
  }),
};
