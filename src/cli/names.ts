// `tunnelkit names list|release`: who holds which name or port of the gateway on this machine.
import { TunnelError } from '../contract/errors.ts';
import type { PlaceStatus } from '../relay/place.ts';
import type { Command } from './command.ts';
import { gatewayOf } from './local-gateway.ts';
import { listed, resultWidth } from './status/layout.ts';
import type { Talk } from './talk.ts';

const COLUMNS = ['KIND', 'VALUE', 'ACCOUNT', 'TARGET', 'PUBLISHED'];

function list(talk: Talk, places: readonly PlaceStatus[]): void {
  for (const place of places) talk.event('name', { ...place });
  if (places.length === 0) return talk.say('Nobody holds a name or a port.');
  const rows = places.map(({ kind, value, account, target, url, agents }) => [
    kind,
    value,
    account,
    target,
    url ? `${url} by ${agents.map((agent) => agent.slice(0, 12)).join(', ')}` : 'away',
  ]);
  talk.result(listed(COLUMNS, rows, resultWidth()));
}

export const command: Command = async (invocation) => {
  const { options, talk } = invocation;
  const ask = gatewayOf(invocation);
  if (options.action === 'list') {
    list(talk, (await ask('GET', '/names')).body as PlaceStatus[]);
    return 0;
  }
  if (options.action !== 'release')
    throw new TunnelError('TK-5005', `\`names\` takes list or release, not "${options.action}".`);
  if (typeof options.name !== 'string') throw new TunnelError('TK-5005', '`names release` needs a name or a port.');
  const { status } = await ask('DELETE', `/names/${encodeURIComponent(options.name)}`);
  if (status === 404)
    throw new TunnelError('TK-5005', `Nobody holds "${options.name}".`, {
      todo: '`tunnelkit names list` shows who holds what.',
    });
  talk.say(`${options.name} is released; other accounts may take it after a day.`);
  talk.event('released', { name: options.name });
  return 0;
};
