// The origin process: own listeners, nginx where it is wanted and there, and the folder of the whole run. When it ends, however it
// is ended but by SIGKILL, nginx and the folder are gone.
import { rmSync } from 'node:fs';
import type { Server } from 'node:net';
import type { NoOrigin, Origin, OriginChoice } from '../origin.ts';
import { findNginx, startNginx } from './nginx.ts';
import { listenEcho, listenHttp } from './own.ts';

const portOf = (server: Server) => (server.address() as { readonly port: number }).port;

async function start(folder: string, choice: OriginChoice): Promise<Origin> {
  const sink = portOf(await listenHttp());
  const echo = portOf(await listenEcho());
  const own = { name: 'own', http: sink, sink, echo };
  if (choice === 'own') return own;
  const found = await findNginx();
  if (found === undefined && choice === 'auto') return own;
  if (found === undefined) throw new Error('there is no nginx on this machine: install it, or leave --origin out');
  const nginx = await startNginx(found, folder);
  process.once('exit', () => nginx.process.kill('SIGKILL'));
  nginx.process.once('exit', () => process.exit(1));
  return { ...own, name: found.version, http: nginx.port };
}

const refusal = ({ message, code }: NodeJS.ErrnoException): NoOrigin => ({ error: message, system: code });

/** `folder`: where it may write, and which it removes at the end. */
export async function part([folder = '', choice = '']: readonly string[]): Promise<number> {
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  // Not once: a second signal would end it before nginx and the folder are gone.
  process.on('SIGTERM', () => process.exit());
  process.send!(await start(folder, choice as OriginChoice).catch(refusal));
  return new Promise(() => {});
}
