// Where things are kept on this machine, by the XDG rules.
import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from './command.ts';

const home = (env: Environment) => env.HOME || homedir();
const isRoot = () => process.getuid?.() === 0;

/** The gateway's data directory: root's is the system's. */
export function dataDirectory(env: Environment, asked: string | undefined): string {
  if (asked) return asked;
  if (env.XDG_DATA_HOME) return join(env.XDG_DATA_HOME, 'tunnelkit');
  return isRoot() ? '/var/lib/tunnelkit' : join(home(env), '.local/share/tunnelkit');
}

export const configHome = (env: Environment): string => env.XDG_CONFIG_HOME || join(home(env), '.config');

export const configDirectory = (env: Environment): string => join(configHome(env), 'tunnelkit');

const SYSTEM_RUNTIME = '/run/tunnelkit';

/** Where this process puts what must not outlive it: given by systemd, or of the user's session, or beside the user's configuration. */
export function runtimeDirectory(env: Environment): string {
  if (env.RUNTIME_DIRECTORY) return env.RUNTIME_DIRECTORY;
  const session = env.XDG_RUNTIME_DIR;
  return session && isOwn(session) ? join(session, 'tunnelkit') : join(configDirectory(env), 'run');
}

/** Where processes of this user, and system services this user may look into, put it. */
export const runtimeDirectories = (env: Environment): readonly string[] => [
  runtimeDirectory(env),
  join(configDirectory(env), 'run'),
  SYSTEM_RUNTIME,
];

/** After `sudo` the variable may still name the directory of who called it. */
function isOwn(directory: string): boolean {
  return statSync(directory, { throwIfNoEntry: false })?.uid === process.getuid?.();
}

/** Files inside a gateway's data directory. */
export const dataFiles = (directory: string) => ({
  database: join(directory, 'tunnelkit.db'),
  identityKey: join(directory, 'identity.key'),
  authority: join(directory, 'authority'),
  /** A folder for each ACME server that was asked. */
  acme: join(directory, 'acme'),
  firstToken: join(directory, 'first-token'),
  /** For other machines. */
  joinLink: join(directory, 'join-link'),
  /** For agents of the same user on this machine. */
  localLink: join(directory, 'local-link'),
  socket: join(directory, 'admin.sock'),
});

/** Files of an agent in the configuration directory. */
export const agentFiles = (env: Environment) => ({
  key: join(configDirectory(env), 'agent.key'),
  gateways: join(configDirectory(env), 'gateways.json'),
});
