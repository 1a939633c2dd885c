// `tunnelkit login LINK`: remembers a gateway, so that `tunnelkit expose 3000` alone is the everyday command.

import { parseJoinLink } from '../identity/join-link.ts';
import { loadOrMakeKey } from '../identity/keys.ts';
import { formatAddress } from './address.ts';
import type { Command } from './command.ts';
import { readGateways, writeGateways } from './gateways.ts';
import { agentFiles } from './places.ts';
import { readSecret } from './secrets.ts';

export const command: Command = async ({ options, env, talk }) => {
  const given = String(options.link);
  const text = given === '-' ? await readSecret('-') : given;
  const link = parseJoinLink(text.trim());
  const name = typeof options.as === 'string' ? options.as : link.host;
  const files = agentFiles(env);
  await loadOrMakeKey(files.key);
  const known = await readGateways(files.gateways);
  await writeGateways(files.gateways, { ...known, default: name, links: { ...known.links, [name]: text.trim() } });
  talk.say(`Logged in to ${formatAddress(link)} as "${name}". Publish something: tunnelkit expose 3000`);
  talk.event('login', { name, gateway: formatAddress(link) });
  return 0;
};
