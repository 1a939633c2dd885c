// How long the program takes to be of use: a gateway from its start to `ready`, and `--version` from its start to its end.
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { selfCommand } from '../../self.ts';
import { Part, type Place } from '../part.ts';
import { freePort } from '../ports.ts';
import type { Scenario } from '../scenario.ts';
import { serveArgs } from '../tunnel.ts';

const LASTS_MS = 700;

async function version({ folder, env }: Place): Promise<number> {
  const [program, args] = selfCommand(['--version']);
  const startedAt = performance.now();
  await promisify(execFile)(program, args, { cwd: folder, env });
  return performance.now() - startedAt;
}

/** With the data directory of an earlier start, as on every day but the first. */
async function serve(place: Place, dataDirectory: string): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const gateway = new Part('a gateway that starts', serveArgs('tls', dataDirectory, `${port}-${port}`), place);
  try {
    await gateway.line();
    return performance.now() - startedAt;
  } finally {
    await gateway.stop();
  }
}

export const startup: Scenario = {
  id: 'startup',
  figures: [
    { id: 'startup.serve', title: 'a gateway until it is ready', unit: 'ms', better: 'less' },
    { id: 'startup.version', title: '--version', unit: 'ms', better: 'less' },
  ],
  // No visitor takes a path: it is the program with its usual link.
  paths: ['tls'],
  lastsMs: () => LASTS_MS,
  async measure({ place }) {
    const dataDirectory = join(place.folder, 'startup');
    await mkdir(dataDirectory, { recursive: true });
    return [await serve(place, dataDirectory), await version(place)];
  },
};
