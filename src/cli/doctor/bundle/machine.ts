// What this machine is, and what it lets a process have. No names of users, and of the environment only which variables are set.
import { readFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, totalmem, type, uptime, version } from 'node:os';
import { isSea } from 'node:sea';
import { ENVIRONMENT } from '../../commands/environment.ts';
import type { Patient } from '../patient.ts';

export async function machineFacts({ invocation: { env } }: Patient): Promise<object> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => undefined);
  const constrained = process.constrainedMemory();
  const isSet = ({ name }: { readonly name: string }) => env[name] !== undefined && env[name] !== '';
  return {
    system: { type: type(), release: release(), version: version(), arch: process.arch, uptimeSeconds: uptime() },
    cpus: { model: cpus()[0]?.model, count: cpus().length, available: availableParallelism(), load: loadavg() },
    memory: {
      total: totalmem(),
      // Without a bound it is 0, or more than there is.
      constrained: constrained < totalmem() ? constrained : undefined,
      available: process.availableMemory(),
    },
    limits: limits?.split('\n'),
    variablesSet: ENVIRONMENT.filter(isSet).map(({ name }) => name),
  };
}

export const versionFacts = ({ invocation, now }: Patient): object => ({
  made: new Date(now()).toISOString(),
  tunnelkit: invocation.version,
  executable: isSea() ? 'single executable' : 'script',
  platform: `${process.platform}-${process.arch}`,
  ...process.versions,
});
