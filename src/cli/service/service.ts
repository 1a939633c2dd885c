// `tunnelkit service install|uninstall|status`: the gateway or an agent as a service of systemd.
import { TunnelError } from '../../contract/errors.ts';
import type { Command, Invocation } from '../command.ts';
import { text } from '../text.ts';
import { inspect } from './inspect.ts';
import { install, uninstall } from './install.ts';
import { Systemd } from './systemd.ts';
import type { Role, Scope } from './unit.ts';

const ROLES: readonly Role[] = ['serve', 'connect'];

const ACTIONS = new Map([
  ['install', install],
  ['uninstall', uninstall],
]);

function roleOf({ options }: Invocation): Role | undefined {
  const asked = text(options.role);
  const role = ROLES.find((each) => each === asked);
  if (asked !== undefined && role === undefined)
    throw new TunnelError('TK-5005', `"${asked}" is neither serve nor connect.`);
  return role;
}

/** 0: every service that is installed, or that was asked for, runs. */
async function status(roles: readonly Role[], scope: Scope, systemd: Systemd, invocation: Invocation): Promise<number> {
  await systemd.mustRun();
  const found = [];
  for (const role of roles) found.push(await inspect(role, scope, systemd, invocation));
  const wanted = roles.length === 1 ? found : found.filter(({ installed }) => installed);
  return wanted.length > 0 && wanted.every(({ running }) => running) ? 0 : 1;
}

export const command: Command = async (invocation) => {
  const { options } = invocation;
  const scope: Scope = options.user === true ? 'user' : 'system';
  const systemd = new Systemd(scope);
  const role = roleOf(invocation);
  if (options.action === 'status') return status(role ? [role] : ROLES, scope, systemd, invocation);
  const act = ACTIONS.get(String(options.action));
  if (act === undefined)
    throw new TunnelError('TK-5005', `"${options.action}" is none of install, uninstall and status.`);
  if (role === undefined)
    throw new TunnelError('TK-5005', `Say which: \`tunnelkit service ${options.action} serve\` or \`… connect\`.`);
  await act({ role, scope, config: text(options.config) }, systemd, invocation);
  return 0;
};
