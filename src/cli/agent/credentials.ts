// Which gateway an agent talks to, and with what: the one that was asked for, else that of the last login, else one of the same user here.
import { readFile } from 'node:fs/promises';
import { TunnelError } from '../../contract/errors.ts';
import { parseJoinLink } from '../../identity/join-link.ts';
import { parseToken, type Token } from '../../identity/token.ts';
import { formatAddress, type HostPort, parseAddress } from '../address.ts';
import type { Environment } from '../command.ts';
import { readGateways, writeGateways } from '../gateways.ts';
import { agentFiles, dataDirectory, dataFiles } from '../places.ts';
import { readSecret } from '../secrets.ts';
import type { AgentSettings } from './settings.ts';

export interface Credentials extends HostPort {
  readonly token: Token;
  /** Undefined: the gateway's certificate must verify, and its key is remembered. */
  readonly pin: string | undefined;
  /** Why it is this gateway, in a few words. */
  readonly because: string;
}

export type Asked = Pick<AgentSettings, 'gateway' | 'token-file'>;

async function tokenFor(asked: Asked, env: Environment): Promise<Token> {
  const file = asked['token-file'];
  if (file) return parseToken(await readSecret(file));
  if (env.TUNNELKIT_TOKEN) return parseToken(env.TUNNELKIT_TOKEN);
  throw new TunnelError('TK-5005', 'A gateway given as host:port needs a token.', {
    todo: 'Give it with --token-file, TUNNELKIT_TOKEN_FILE or TUNNELKIT_TOKEN; or use a join link, which holds it.',
  });
}

const fromLink = (text: string, because: string): Credentials => ({ ...parseJoinLink(text.trim()), because });

/** The link that a gateway of this user keeps in its data directory on this machine. */
async function localLink(directory: string): Promise<string | undefined> {
  return readFile(dataFiles(directory).localLink, 'utf8').catch(() => undefined);
}

/** `directory`: where a gateway of this user may keep its data. Throws TK-5003 for what is malformed, TK-5004 when no gateway is known. */
export async function findCredentials(
  asked: Asked,
  env: Environment,
  directory = dataDirectory(env, undefined),
): Promise<Credentials> {
  const given = asked.gateway;
  if (given?.startsWith('tk:')) return fromLink(given, 'its join link was given');
  const known = await readGateways(agentFiles(env).gateways);
  const name = given ?? known.default;
  const link = name !== undefined && Object.hasOwn(known.links, name) ? known.links[name] : undefined;
  if (link !== undefined) return fromLink(link, given ? `of the login "${name}"` : `of the last login, "${name}"`);
  const local = name === undefined ? await localLink(directory) : undefined;
  if (local !== undefined) return fromLink(local, 'this user runs it on this machine');
  if (given === undefined)
    throw new TunnelError(
      'TK-5004',
      'No --gateway, no TUNNELKIT_GATEWAY, no login, and no gateway of yours on this machine.',
    );
  if (!/:\d+$/.test(given))
    throw new TunnelError(
      'TK-5004',
      `"${given}" is neither a join link, nor host:port, nor a name you logged in under (${Object.keys(known.links).join(', ') || 'none so far'}).`,
    );
  const at = parseAddress(given, '--gateway');
  const token = await tokenFor(asked, env);
  return { ...at, token, pin: known.pins[formatAddress(at)], because: 'its address was given' };
}

/** Keeps the pin of a gateway that was met for the first time with a certificate that verified. */
export async function rememberPin(at: HostPort, pin: string, env: Environment): Promise<void> {
  const { gateways: file } = agentFiles(env);
  const known = await readGateways(file);
  await writeGateways(file, { ...known, pins: { ...known.pins, [formatAddress(at)]: pin } });
}
