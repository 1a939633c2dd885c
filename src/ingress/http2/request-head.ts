import type { ErrorCode } from '../../contract/errors.ts';
import type { LimitName, Limits } from '../../contract/limits.ts';
import type { BodyKind, RequestHead } from '../../contract/message.ts';
import { FieldSection, withoutFields } from '../../http/field-section.ts';
import { framingOf } from '../../http/framing.ts';
import { foldByte, meaningOf } from '../../http/known-fields.ts';
import type { Refusal } from '../../http/request-head.ts';
import { isAuthority, TARGET_FORM, TEXT_FORM, TOKEN_FORM } from '../../http/syntax.ts';

/**
 * A request's head from the field section of an HTTP/2 stream (RFC 9113 §8.2, §8.3). `node:http2` has refused most of what is
 * not legal; here all of it is looked at again, since what passes is written as HTTP/1 somewhere (§10.3).
 */

const METHOD_BYTES_MAX = 32;
/** `: ` and CR LF: what a field takes more where it is text, so that the bound is the same for every version. */
const LINE_BYTES = 4;
const PSEUDO = [':method', ':scheme', ':authority', ':path', ':protocol'];
const PLAIN_FORM = /^[a-z0-9-]+$/;

export interface HeadContext {
  readonly scheme: 'http' | 'https';
  readonly limits: Limits;
  /** Fields that the visitor sent; nghttp2 leaves out some that are not legal. */
  readonly sent: number | undefined;
  /** The field section was the whole request. */
  readonly ended: boolean;
  /** A fresh Sec-WebSocket-Key. */
  webSocketKey(): string;
}

interface Section {
  readonly pseudo: ReadonlyMap<string, string>;
  readonly fields: FieldSection;
}

/** `raw`: name, value, name, value … as they came. */
export function readHead(raw: readonly string[], context: HeadContext): RequestHead | Refusal {
  const bound = passedBound(raw, context.limits);
  if (bound !== undefined) return bound;
  if (raw.length !== 2 * (context.sent ?? 0)) return refused('TK-3004', 'a field that is not legal');
  const section = readSection(raw);
  if (typeof section === 'string') return refused('TK-3004', section);
  const { pseudo, fields } = section;
  const method = pseudo.get(':method') ?? '';
  if (!TOKEN_FORM.test(method)) return refused('TK-3004', 'a method that is no token');
  if (method.length > METHOD_BYTES_MAX || method === 'TRACE') return refused('TK-3008', method);
  const isWebSocket = method === 'CONNECT' && pseudo.get(':protocol') === 'websocket';
  if (method === 'CONNECT' && !isWebSocket) return refused('TK-3008', method);
  if (method !== 'CONNECT' && pseudo.has(':protocol')) return refused('TK-3004', 'a protocol without CONNECT');
  const target = targetOf(method, section, context.scheme);
  if (typeof target === 'string') return refused('TK-3004', target);
  return isWebSocket ? webSocketHead(target, fields, context) : plainHead(method, target, fields, context);
}

function passedBound(raw: readonly string[], limits: Limits): Refusal | undefined {
  let bytes = 0;
  let count = 0;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    bytes += name.length + value.length + LINE_BYTES;
    if (!name.startsWith(':')) count += 1;
    if (name === ':path' && value.length > limits.requestLineBytes) {
      return refused('TK-3005', 'a path above the bound', 'requestLineBytes');
    }
  }
  if (count > limits.fieldCount) return refused('TK-3006', 'more fields than the bound', 'fieldCount');
  if (bytes > limits.headBytes) return refused('TK-3006', 'a head above the bound in bytes', 'headBytes');
  return undefined;
}

/** The section, or why it is not legal. */
function readSection(raw: readonly string[]): Section | string {
  const pseudo = new Map<string, string>();
  const fields = new FieldSection();
  const crumbs: string[] = [];
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    if (!TEXT_FORM.test(value)) return 'a control byte in a value';
    if (/^[ \t]|[ \t]$/.test(value)) return 'white space around a value';
    if (name.startsWith(':')) {
      if (!PSEUDO.includes(name) || pseudo.has(name) || i > 2 * pseudo.size) return `${name} out of place`;
      pseudo.set(name, value);
    } else {
      const fault = addField(fields, crumbs, name, value);
      if (fault !== undefined) return fault;
    }
  }
  if (crumbs.length > 0) fields.fields.push('cookie', crumbs.join('; '));
  return { pseudo, fields };
}

function addField(section: FieldSection, crumbs: string[], name: string, value: string): string | undefined {
  if (!TOKEN_FORM.test(name) || name !== name.toLowerCase()) return 'a field name that is not legal';
  // RFC 9113 §8.2.3: the crumbs of a cookie are one field again for whoever speaks an older version.
  if (name === 'cookie') crumbs.push(value);
  else if (CONNECTION_SPECIFIC.has(name)) return `${name} in HTTP/2`;
  else if (name === 'te' && value.toLowerCase() !== 'trailers') return 'te other than trailers';
  else if (PLAIN_FORM.test(name))
    return section.add(meaningOf(Buffer.from(name).reduce(foldByte, 0), name), name, value);
  return undefined;
}
const CONNECTION_SPECIFIC = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

interface Target {
  readonly authority: string;
  readonly path: string;
}

function targetOf(method: string, { pseudo, fields }: Section, scheme: string): Target | string {
  if (pseudo.get(':scheme') !== scheme) return 'another scheme than that of the connection';
  const authority = pseudo.get(':authority') ?? fields.host;
  if (authority === undefined || !isAuthority(authority)) return 'no authority, or one that is not legal';
  if (fields.host !== undefined && fields.host.toLowerCase() !== authority.toLowerCase()) return 'another Host';
  const path = pseudo.get(':path') ?? '';
  const isLegal = path.startsWith('/') ? TARGET_FORM.test(path) : path === '*' && method === 'OPTIONS';
  return isLegal ? { authority, path } : 'a path that is not legal';
}

function plainHead(
  method: string,
  target: Target,
  section: FieldSection,
  { scheme, ended }: HeadContext,
): RequestHead | Refusal {
  const framing = framingOf(section);
  if (framing.kind === 'fault') return refused('TK-3004', framing.seen);
  if (ended && framing.length > 0) return refused('TK-3004', 'a Content-Length without content');
  if (section.expect !== '' && section.expect !== '100-continue') return refused('TK-3013', 'an unknown expectation');
  const body: BodyKind = framing.kind === 'length' ? 'length' : ended ? 'none' : 'chunked';
  // Without a body there is nothing to wait for (RFC 9110 §10.1.1).
  const idle = section.expect !== '' && ended;
  const fields = idle ? withoutFields(section.fields, (name) => name === 'expect') : section.fields;
  return headOf(method, target, scheme, { fields, body, length: framing.length, upgrade: undefined });
}

/** RFC 8441 §5: what is CONNECT here is an Upgrade where HTTP/1 is spoken, which wants a key besides. */
function webSocketHead(target: Target, section: FieldSection, context: HeadContext): RequestHead | Refusal {
  const { scheme, ended } = context;
  if (ended || section.contentLength !== undefined || section.expect !== '') {
    return refused('TK-3004', 'a WebSocket with a body');
  }
  const fields = withoutFields(section.fields, (name) => name === 'sec-websocket-key');
  fields.push('sec-websocket-key', context.webSocketKey());
  return headOf('GET', target, scheme, { fields, body: 'upgrade', length: -1, upgrade: 'websocket' });
}

function headOf(
  method: string,
  target: Target,
  scheme: 'http' | 'https',
  rest: Pick<RequestHead, 'fields' | 'body' | 'length' | 'upgrade'>,
): RequestHead {
  return { kind: 'request', method, scheme, ...target, ...rest, acceptsTrailers: rest.body !== 'upgrade' };
}

function refused(code: ErrorCode, seen: string, limit?: LimitName): Refusal {
  return { kind: 'refused', code, seen, limit };
}
