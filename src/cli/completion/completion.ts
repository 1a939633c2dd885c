// `tunnelkit completion SHELL`: prints the script; `completion gateways`, which the scripts ask, prints the names known by login.
import { TunnelError } from '../../contract/errors.ts';
import type { Command, Environment } from '../command.ts';
import { readGateways } from '../gateways.ts';
import { agentFiles } from '../places.ts';
import { bashScript } from './bash.ts';
import { fishScript } from './fish.ts';
import { type Offered, offered } from './offers.ts';
import { powershellScript } from './powershell.ts';
import { zshScript } from './zsh.ts';

const SHELLS: Readonly<Record<string, (offered: Offered) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript,
};

/** Shells expand what they are offered: a name with anything that could mean something to one is not told. */
async function plainGatewayNames(env: Environment): Promise<readonly string[]> {
  const { links } = await readGateways(agentFiles(env).gateways);
  return Object.keys(links).filter((name) => /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(name));
}

export const command: Command = async ({ options, env, talk }) => {
  const shell = String(options.shell);
  if (shell === 'gateways') {
    for (const name of await plainGatewayNames(env)) talk.result(name);
    return 0;
  }
  if (!Object.hasOwn(SHELLS, shell))
    throw new TunnelError('TK-5005', `\`completion\` takes ${Object.keys(SHELLS).join(', ')}, not "${shell}".`);
  const script = SHELLS[shell]!(offered());
  talk.result(script.trimEnd());
  talk.event('completion', { shell, script });
  return 0;
};
