// ADDR (`host:port`, `:port`, `port`) and A-B ranges, as the command line and the configuration spell them.
import { TunnelError } from '../contract/errors.ts';

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const HIGHEST_PORT = 65_535;

function portOf(text: string, flag: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > HIGHEST_PORT)
    throw new TunnelError('TK-5002', `${flag}: "${text}" is no port (0 to ${HIGHEST_PORT}).`);
  return port;
}

/** `:port` and `port` listen everywhere (`::`). Throws TK-5002 naming the flag. */
export function parseAddress(text: string, flag: string): HostPort {
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]*)):(\d+)$/i.exec(text);
  if (!match) return { host: '::', port: portOf(text, flag) };
  return { host: match[1] || match[2] || '::', port: portOf(match[3]!, flag) };
}

/** `A-B` or `A`. Throws TK-5002 naming the flag. */
export function parseRange(text: string, flag: string): readonly [number, number] {
  const [first = '', last = first, ...rest] = text.split('-');
  const range = [portOf(first, flag), portOf(last, flag)] as const;
  if (rest.length > 0 || range[0] > range[1]) throw new TunnelError('TK-5002', `${flag}: "${text}" is no range A-B.`);
  return range;
}

/** A host and a port as one reads them in a URL. */
export function formatAddress({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
