// What a service of this machine is to be: which program with which file, as whom. Everything that would stop it later is found now.
import { existsSync } from 'node:fs';
import { chown, mkdir, realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import { TunnelError } from '../../contract/errors.ts';
import { fileWords } from '../../contract/file-words.ts';
import { findCredentials } from '../agent/credentials.ts';
import { agentSettings } from '../agent/settings.ts';
import type { Environment } from '../command.ts';
import { findConfig } from '../config/find.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { selfCommand } from '../self.ts';
import { type Account, closedTo, findAccount } from './account.ts';
import { OWN_USER, type Role, type Scope, type UnitPlan } from './unit.ts';

/** With StateDirectory=tunnelkit this is where systemd lets the gateway write, and where root's `tunnelkit` commands look. */
const STATE_HOME = '/var/lib';
const STATE_DIRECTORY = '/var/lib/tunnelkit';

/** Where a user says that data and configuration lie elsewhere, the manager does not know it. */
const USERS_PLACES = ['XDG_DATA_HOME', 'XDG_CONFIG_HOME'] as const;

export interface Asked {
  readonly role: Role;
  readonly scope: Scope;
  readonly config: string | undefined;
}

/** A stranger must be able to read what a service reads that runs as a user of its own. Throws TK-5017. */
async function mustBeOpen(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const closed = await closedTo(await realpath(path)).catch((error: NodeJS.ErrnoException) => {
      throw new TunnelError('TK-5001', `${path} ${fileWords(error)}.`, { cause: error });
    });
    if (closed !== undefined)
      throw new TunnelError('TK-5017', `${path}${closed === path ? '' : `, for ${closed} is closed to others`}.`);
  }
}

async function gatewayOfSystem(
  base: UnitPlan,
  file: string | undefined,
  config: Config,
  find: FindAccount,
): Promise<UnitPlan> {
  const { 'data-dir': data, cert, key } = config.serve ?? {};
  if (data !== undefined && resolve(data) !== STATE_DIRECTORY)
    throw new TunnelError(
      'TK-5002',
      `${file}: a system service keeps its data in ${STATE_DIRECTORY}; leave data-dir out.`,
    );
  const read = [...base.command.filter(isAbsolute), cert, key];
  // Whoever made that user by hand gives it what it needs.
  if ((await find(OWN_USER)) === undefined)
    await mustBeOpen(read.filter((path) => path !== undefined).map((path) => resolve('/', path)));
  return { ...base, environment: { XDG_DATA_HOME: STATE_HOME } };
}

/** An agent publishes what belongs to somebody: it runs as the owner of its file, with that user's logins and key. */
async function agentOfSystem(base: UnitPlan, file: string, config: Config, find: FindAccount): Promise<UnitPlan> {
  const { uid } = await stat(file);
  const account = await find(uid);
  if (account === undefined || !existsSync(account.home))
    throw new TunnelError('TK-5002', `${file} belongs to user ${uid}, who has no home here.`);
  // As it will be there: only root looks for a gateway of the system.
  const env = { HOME: account.home, ...(uid === 0 ? {} : { XDG_DATA_HOME: join(account.home, '.local/share') }) };
  await findCredentials(agentSettings({}, env, config), env);
  return { ...base, account: account.name, writable: [await ownFolder(account)] };
}

/** Where its logins and its key are: made now, because a confined service could not make it. */
async function ownFolder({ home, uid, gid }: Account): Promise<string> {
  const folder = join(home, '.config/tunnelkit');
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return folder;
  if (first !== folder) await chown(first, uid, gid);
  await chown(folder, uid, gid);
  return folder;
}

/** Asks the machine for an account, by name or number. */
export type FindAccount = typeof findAccount;

/** Throws TK-5001 and TK-5002 for the file, TK-5004 where no gateway is known, TK-5017. */
export async function planUnit(
  { role, scope, config: asked }: Asked,
  env: Environment,
  find: FindAccount = findAccount,
): Promise<UnitPlan> {
  const file = findConfig(asked, env, process.cwd());
  if (role === 'connect' && file === undefined)
    throw new TunnelError('TK-5001', 'An agent needs a file that says what to publish: name it with --config.');
  const config = file === undefined ? {} : await loadConfig(file);
  const [program, args] = selfCommand([role, ...(file === undefined ? [] : ['--config', file])]);
  const places = USERS_PLACES.flatMap((name) => (env[name] ? [[name, env[name]] as const] : []));
  const base: UnitPlan = {
    role,
    scope,
    command: [program, ...args],
    environment: scope === 'user' ? Object.fromEntries(places) : {},
    writable: [],
  };
  if (role === 'connect' && scope === 'user') await findCredentials(agentSettings({}, env, config), env);
  if (scope === 'user') return base;
  return role === 'serve' ? gatewayOfSystem(base, file, config, find) : agentOfSystem(base, file!, config, find);
}
