// One request of HTTP/1 as HTTP/2 says it (RFC 9113 §8.3.1, §8.2.2): what is wrong with it stays wrong.
import type { Field } from '../reading.ts';
import type { Said } from './request-reader.ts';

/** Belongs to a connection of HTTP/1, and is no part of what is asked. */
const CONNECTION = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade', 'http2-settings'];

export function fieldsOver2({ method, target, fields }: Said, scheme: string): Field[] {
  const absolute = /^([a-z]+):\/\/([^/?]*)(.*)$/i.exec(target);
  const hosts = fields.filter(([name]) => name === 'host');
  const authority = absolute?.[2] ?? hosts[0]?.[1];
  const rest = fields.filter(([name, value]) => {
    if (name === 'te') return value === 'trailers';
    return name !== 'host' && !CONNECTION.includes(name);
  });
  // A second Host has no other place than the field of that name.
  const others: readonly Field[] = absolute ? [] : hosts.slice(1);
  const named: readonly Field[] = authority === undefined ? [] : [[':authority', authority]];
  if (method === 'CONNECT') return [[':method', method], [':authority', target], ...rest];
  const path = absolute === null ? target : (absolute[3] as string).replace(/^(?!\/)/, '/');
  return [
    [':method', method],
    [':scheme', absolute?.[1]?.toLowerCase() ?? scheme],
    ...named,
    [':path', path],
    ...others,
    ...rest,
  ];
}
