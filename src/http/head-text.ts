// Heads as text. They come from peers that may be hostile: every byte and count is checked here, so that a peer can send
// a wrong answer but never framing. Undefined means: not legal, do not write it.
import type { Limits } from '../contract/limits.ts';
import type { Fields, RequestHead, ResponseHead } from '../contract/message.ts';
import { FIELD, foldByte, isForbiddenTrailer, meaningOf } from './known-fields.ts';
import { REASONS } from './reasons.ts';
import { CLASS, isAuthority, TARGET_FORM, TEXT_FORM, TOKEN, TOKEN_FORM } from './syntax.ts';

/** The head of a request to an origin. It is always HTTP/1.1. */
export function requestText(head: RequestHead, limits: Limits): string | undefined {
  const { method, authority, path, upgrade } = head;
  if (!TOKEN_FORM.test(method) || method === 'CONNECT' || method === 'TRACE') return undefined;
  if (path.charCodeAt(0) === 0x2f ? !TARGET_FORM.test(path) : path !== '*' || method !== 'OPTIONS') return undefined;
  if (authority !== '' && !isAuthority(authority)) return undefined;
  const fields = fieldsText(head.fields, limits);
  const framing = requestFraming(head);
  if (fields === undefined || framing === undefined) return undefined;
  if ((head.body === 'upgrade') !== (upgrade === 'websocket')) return undefined;
  const te = head.acceptsTrailers ? 'TE: trailers\r\n' : '';
  const connection = connectionText(upgrade, head.acceptsTrailers);
  return `${method} ${path} HTTP/1.1\r\nHost: ${authority}\r\n${fields}${framing}${te}${connection}\r\n`;
}

function requestFraming(head: RequestHead): string | undefined {
  switch (head.body) {
    case 'none':
    case 'upgrade':
      return '';
    case 'length':
      return lengthText(head.length);
    case 'chunked':
      return CHUNKED;
    case 'close':
      return undefined;
    default:
      return head.body satisfies never;
  }
}

const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';

function connectionText(upgrade: string | undefined, te: boolean): string {
  if (upgrade === undefined) return te ? 'Connection: TE\r\n' : '';
  return te ? 'Connection: Upgrade, TE\r\nUpgrade: websocket\r\n' : UPGRADE;
}

function lengthText(length: number): string | undefined {
  return Number.isSafeInteger(length) && length >= 0 ? `Content-Length: ${length}\r\n` : undefined;
}

/** How a response is framed for one visitor. */
export interface ResponseFraming {
  readonly body: 'none' | 'length' | 'chunked' | 'close' | 'upgrade';
  /** Content-Length to announce; -1: none. */
  readonly length: number;
  /** The Connection option to announce, if any. */
  readonly connection: 'close' | 'keep-alive' | undefined;
}

/** The head of a response. Answers are HTTP/1.1 also to HTTP/1.0 visitors (RFC 9110 §2.5), framed for what they understand. */
export function responseText(head: ResponseHead, framing: ResponseFraming, limits: Limits): string | undefined {
  const { status } = head;
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  const fields = fieldsText(head.fields, limits);
  const length = framing.length === -1 ? '' : lengthText(framing.length);
  if (fields === undefined || length === undefined) return undefined;
  if ((status === 101) !== (framing.body === 'upgrade')) return undefined;
  const coding = framing.body === 'chunked' ? CHUNKED : framing.body === 'upgrade' ? UPGRADE : '';
  const connection = framing.connection === undefined ? '' : `Connection: ${framing.connection}\r\n`;
  return `HTTP/1.1 ${status} ${REASONS[status] ?? ''}\r\n${fields}${length}${coding}${connection}\r\n`;
}

/** The last chunk with trailers behind it. */
export function trailersText(fields: Fields, limits: Limits): string | undefined {
  if (fields.length > 2 * limits.trailerCount) return undefined;
  for (let i = 0; i < fields.length; i += 2) {
    if (isForbiddenTrailer((fields[i] as string).toLowerCase())) return undefined;
  }
  const text = fieldsText(fields, limits);
  return text === undefined || text.length > 2 * limits.trailerBytes ? undefined : `0\r\n${text}\r\n`;
}

function fieldsText(fields: Fields, limits: Limits): string | undefined {
  if (fields.length % 2 !== 0 || fields.length > 2 * limits.wireFieldCount) return undefined;
  let text = '';
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    const value = fields[i + 1] as string;
    if (!isCargoName(name) || !TEXT_FORM.test(value)) return undefined;
    text += `${name}: ${value}\r\n`;
  }
  return text;
}

/** A token that means nothing to intermediaries: framing comes from the members of a head, never from its fields. */
function isCargoName(name: string): boolean {
  let hash = 0;
  for (let i = 0; i < name.length; i++) {
    const code = name.charCodeAt(i);
    if (((CLASS[code] ?? 0) & TOKEN) === 0) return false;
    hash = foldByte(hash, code);
  }
  const meaning = meaningOf(hash, name);
  return name !== '' && (meaning === undefined || meaning === FIELD.expect);
}
