// `tunnelkit token create|list|revoke`: asks the gateway of this machine. A token is shown once, here, and kept by nobody else.
import { TunnelError } from '../contract/errors.ts';
import { parseRange } from './address.ts';
import type { Command, Invocation } from './command.ts';
import { type Ask, gatewayOf } from './local-gateway.ts';
import { listed, resultWidth } from './status/layout.ts';

interface TokenLine {
  readonly id: string;
  readonly account: string;
  readonly names: readonly string[];
  readonly ports: readonly [number, number] | null;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}

async function create({ options, talk }: Invocation, ask: Ask): Promise<number> {
  if (options.admin === true) {
    const { token } = (await ask('POST', '/admin-token')).body as { token: string };
    talk.say('This is the only time the admin token is shown. The one before, if there was one, has ended.');
    talk.result(token);
    talk.event('admin-token', { token }, { isSecret: true });
    return 0;
  }
  const ports = typeof options.ports === 'string' ? parseRange(options.ports, '--ports') : undefined;
  const made = (await ask('POST', '/tokens', { account: options.account, names: options.names, ports })).body as {
    id: string;
    account: string;
    join: string;
  };
  talk.say(`Token ${made.id} for the account "${made.account}". This is the only time its join link is shown.`);
  talk.result(made.join);
  talk.event('token', made, { isSecret: true });
  return 0;
}

const COLUMNS = ['ID', 'ACCOUNT', 'NAMES', 'PORTS', 'STATE'];

/** `2026-11-21 16:04 UTC`. */
const minute = (time: string) => `${time.slice(0, 16).replace('T', ' ')} UTC`;

async function list({ talk }: Invocation, ask: Ask): Promise<number> {
  const tokens = (await ask('GET', '/tokens')).body as TokenLine[];
  for (const token of tokens) talk.event('token', { ...token });
  const rows = tokens.map(({ id, account, names, ports, createdAt, revokedAt }) => [
    id,
    account,
    names.join(' '),
    ports ? ports.join('-') : 'all',
    `${revokedAt ? 'revoked' : 'made'} ${minute(revokedAt ?? createdAt)}`,
  ]);
  talk.result(listed(COLUMNS, rows, resultWidth()));
  return 0;
}

async function revoke({ options, talk }: Invocation, ask: Ask): Promise<number> {
  if (typeof options.id !== 'string')
    throw new TunnelError('TK-5005', '`token revoke` needs the id that `token list` shows.');
  const { status } = await ask('DELETE', `/tokens/${encodeURIComponent(options.id)}`);
  if (status === 404)
    throw new TunnelError('TK-5005', `There is no live token "${options.id}".`, {
      todo: '`tunnelkit token list` shows them.',
    });
  talk.say(`Token ${options.id} is revoked; its agents are out.`);
  talk.event('revoked', { id: options.id });
  return 0;
}

const ACTIONS: ReadonlyMap<unknown, (invocation: Invocation, ask: Ask) => Promise<number>> = new Map([
  ['create', create],
  ['list', list],
  ['revoke', revoke],
]);

export const command: Command = async (invocation) => {
  const action = ACTIONS.get(invocation.options.action);
  if (!action)
    throw new TunnelError('TK-5005', `\`token\` takes create, list or revoke, not "${invocation.options.action}".`);
  return action(invocation, gatewayOf(invocation));
};
