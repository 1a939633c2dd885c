// `tunnelkit names list|release`: who holds which name or port of the gateway on this machine.
import { TunnelError } from '../contract/errors.ts';
import type { PlaceStatus } from '../relay/registry.ts';
import type { Command } from './command.ts';
import { gatewayOf } from './local-gateway.ts';

export const command: Command = async (invocation) => {
  const { options, talk } = invocation;
  const ask = gatewayOf(invocation);
  if (options.action === 'list') {
    for (const place of (await ask('GET', '/names')).body as PlaceStatus[]) {
      const runner = place.url ? `${place.url} by ${place.agent?.slice(0, 12)}` : 'away';
      talk.result(`${place.kind} ${place.value}  ${place.account}  ${place.target}  ${runner}`);
      talk.event('name', { ...place });
    }
    return 0;
  }
  if (options.action !== 'release')
    throw new TunnelError('TK-5005', `\`names\` takes list or release, not "${options.action}".`);
  if (typeof options.name !== 'string') throw new TunnelError('TK-5005', '`names release` needs a name or a port.');
  const { status } = await ask('DELETE', `/names/${encodeURIComponent(options.name)}`);
  if (status === 404) throw new TunnelError('TK-5005', `Nobody holds "${options.name}".`);
  talk.say(`${options.name} is released; other accounts may take it after a day.`);
  talk.event('released', { name: options.name });
  return 0;
};
