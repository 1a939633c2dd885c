// Whoever watches over this process, if anybody does. Nothing of it is loaded where nobody watches.
import type { Environment } from '../command.ts';

export interface Supervisor {
  /** It does what it is for, or goes on trying by itself. Again after `reloading`; otherwise only the first call is told. */
  ready(): void;
  /** The configuration is being read again, until `ready`. */
  reloading(): void;
  stopping(): void;
}

const NOBODY: Supervisor = { ready: () => {}, reloading: () => {}, stopping: () => {} };

/** `describe` says in one line how it stands; it is asked again every few seconds. */
export async function supervisorOf(env: Environment, describe: () => string): Promise<Supervisor> {
  if (!env.NOTIFY_SOCKET) return NOBODY;
  const { Notifier, notifying } = await import('./notifier.ts');
  return new Notifier(notifying(env, env.NOTIFY_SOCKET), describe);
}
