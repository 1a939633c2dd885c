/**
 * Join links: `tk://HOST:PORT/?token=…&pin=sha256-…`, all an agent needs to reach, to recognise and to be admitted by a gateway.
 * Refuses to know where links are kept. Everything thrown here is free of the token.
 */
import { isIPv6 } from 'node:net';
import { TunnelError } from '../contract/errors.ts';
import { type Pin, parsePin } from './pin.ts';
import { parseToken, type Token } from './token.ts';

export interface JoinLink {
  /** A name or an address; IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
  readonly token: Token;
  readonly pin: Pin;
}

/** Authority and query; userinfo, paths and fragments have no meaning here and do not match. */
const LINK = /^tk:\/\/(?:\[([^\]]*)\]|([A-Za-z0-9._-]+)):([0-9]{1,5})\/?\?([^#]*)$/;

export function formatJoinLink(link: JoinLink): string {
  const host = isIPv6(link.host) ? `[${link.host}]` : link.host;
  return `tk://${host}:${link.port}/?token=${link.token.text}&pin=${link.pin}`;
}

/** Unknown parameters are passed over, so that later links may say more. Throws TunnelError TK-5003. */
export function parseJoinLink(text: string): JoinLink {
  const found = LINK.exec(text.trim());
  if (!found) throw new TunnelError('TK-5003', 'It is not of the form tk://HOST:PORT/?token=…&pin=….');
  const [, address6, name, portText, query] = found;
  if (address6 !== undefined && !isIPv6(address6)) {
    throw new TunnelError('TK-5003', 'What stands in brackets is no IPv6 address.');
  }
  const port = Number(portText);
  if (port < 1 || port > 65_535) throw new TunnelError('TK-5003', `The port ${port} is not between 1 and 65535.`);
  const parameters = new URLSearchParams(query);
  return {
    host: address6 ?? name ?? '',
    port,
    token: tokenOf(single(parameters, 'token')),
    pin: parsePin(single(parameters, 'pin')),
  };
}

function single(parameters: URLSearchParams, name: string): string {
  const values = parameters.getAll(name);
  if (values.length !== 1) {
    throw new TunnelError('TK-5003', `It holds ${values.length} parameters "${name}" where one is right.`);
  }
  return values[0]!;
}

function tokenOf(text: string): Token {
  try {
    return parseToken(text);
  } catch (error) {
    if (!(error instanceof TunnelError)) throw error;
    throw new TunnelError('TK-5003', `The token in it is not right. ${error.seen}`);
  }
}
