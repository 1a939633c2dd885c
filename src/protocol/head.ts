/**
 * Heads of HTTP messages as fields: what HEAD frames carry (responses), and OPEN behind its own bytes (requests).
 * Text was parsed where it arrived; here every count and byte is checked again, because the peer may be hostile.
 * Knows no HTTP syntax; what a field means is `http`'s.
 */
import type { BodyKind, RequestHead, ResponseHead } from '../contract/message.ts';
import { ProtocolError } from './error.ts';
import { decodeFields, encodeFields, textsAt } from './fields.ts';
import { bytesAre, PROTOCOL_NAME, TOKEN, WORD } from './text-bytes.ts';

/** Body kinds on the wire, by their place. */
export const BODY_KINDS: readonly BodyKind[] = ['none', 'length', 'chunked', 'close', 'upgrade'];

export const HEAD_FLAG = { https: 1, acceptsTrailers: 2, length: 4 } as const;
const REQUEST_FLAGS = HEAD_FLAG.https | HEAD_FLAG.acceptsTrailers | HEAD_FLAG.length;

/** Body, flags, method (u8), upgrade (u8), authority (u16), path (u16). */
const REQUEST_BYTES = 8;
/** Body, flags, status (u16), upgrade (u8). */
const RESPONSE_BYTES = 5;
/** Present with the `length` flag: u64, at most 2^53 - 1. */
const LENGTH_BYTES = 8;

function illegal(what: string): never {
  throw new ProtocolError('head', what);
}

function encodeLength(length: number, into: Buffer, at: number): void {
  into.writeUInt32BE(Math.floor(length / 2 ** 32), at);
  into.writeUInt32BE(length % 2 ** 32, at + 4);
}

function decodeLength(from: Buffer, at: number, end: number): number {
  if (end - at < LENGTH_BYTES) illegal('it is cut');
  const length = from.readUInt32BE(at) * 2 ** 32 + from.readUInt32BE(at + 4);
  return Number.isSafeInteger(length) ? length : illegal('a length of more than 53 bits');
}

function bodyKind(from: Buffer, at: number): BodyKind {
  return BODY_KINDS[from[at]!] ?? illegal('a body kind that is not known');
}

/** Bytes written, or -1 if they do not fit or one of the texts is longer than its length can say. */
export function encodeRequestHead(head: RequestHead, into: Buffer, at: number, max: number): number {
  const { method, authority, path, length } = head;
  const upgrade = head.upgrade ?? '';
  if (method.length > 0xff || upgrade.length > 0xff || authority.length > 0xffff || path.length > 0xffff) return -1;
  const own = REQUEST_BYTES + (length >= 0 ? LENGTH_BYTES : 0);
  if (own > max || length > Number.MAX_SAFE_INTEGER) return -1;
  into[at] = BODY_KINDS.indexOf(head.body);
  into[at + 1] =
    (head.scheme === 'https' ? HEAD_FLAG.https : 0) |
    (head.acceptsTrailers ? HEAD_FLAG.acceptsTrailers : 0) |
    (length >= 0 ? HEAD_FLAG.length : 0);
  into[at + 2] = method.length;
  into[at + 3] = upgrade.length;
  into.writeUInt16BE(authority.length, at + 4);
  into.writeUInt16BE(path.length, at + 6);
  if (length >= 0) encodeLength(length, into, at + REQUEST_BYTES);
  const rest = encodeFields(method + upgrade + authority + path, head.fields, into, at + own, max - own);
  return rest < 0 ? -1 : own + rest;
}

/** Throws ProtocolError `head`; also for more than `fieldCountMax` fields. */
export function decodeRequestHead(from: Buffer, at: number, length: number, fieldCountMax: number): RequestHead {
  const end = at + length;
  if (length < REQUEST_BYTES) illegal('it is cut');
  const flags = from[at + 1]!;
  if ((flags & ~REQUEST_FLAGS) !== 0) illegal('a flag that is not known');
  const fieldsAt = at + REQUEST_BYTES + (flags & HEAD_FLAG.length ? LENGTH_BYTES : 0);
  const declared = flags & HEAD_FLAG.length ? decodeLength(from, at + REQUEST_BYTES, end) : -1;
  const texts = textsAt(from, fieldsAt, end, fieldCountMax);
  const upgradeAt = from[at + 2]!;
  const authorityAt = upgradeAt + from[at + 3]!;
  const pathAt = authorityAt + from.readUInt16BE(at + 4);
  const lead = pathAt + from.readUInt16BE(at + 6);
  if (texts + lead > end) illegal('its lengths are more than its bytes');
  if (upgradeAt === 0 || !bytesAre(TOKEN, from, texts, upgradeAt)) illegal('the method is no token');
  if (!bytesAre(PROTOCOL_NAME, from, texts + upgradeAt, authorityAt - upgradeAt)) illegal('the upgrade is no token');
  if (!bytesAre(WORD, from, texts + authorityAt, lead - authorityAt)) illegal('the target is not one word');
  if (pathAt === lead) illegal('the path is empty');
  const text = from.toString('latin1', texts, end);
  const head: RequestHead = {
    kind: 'request',
    method: text.substring(0, upgradeAt),
    scheme: flags & HEAD_FLAG.https ? 'https' : 'http',
    authority: text.substring(authorityAt, pathAt),
    path: text.substring(pathAt, lead),
    fields: decodeFields(from, fieldsAt, texts, text, lead),
    body: bodyKind(from, at),
    length: declared,
    upgrade: authorityAt > upgradeAt ? text.substring(upgradeAt, authorityAt) : undefined,
    acceptsTrailers: (flags & HEAD_FLAG.acceptsTrailers) !== 0,
  };
  if (head.body === 'close') illegal('a request cannot end by close');
  if ((head.body === 'length') !== head.length >= 0) illegal('the length does not go with the body kind');
  if ((head.body === 'upgrade') !== (head.upgrade !== undefined)) illegal('the upgrade does not go with the body kind');
  return head;
}

/** Bytes written, or -1 if they do not fit or the upgrade is longer than its length can say. */
export function encodeResponseHead(head: ResponseHead, into: Buffer, at: number, max: number): number {
  const { status, length } = head;
  const upgrade = head.upgrade ?? '';
  const own = RESPONSE_BYTES + (length >= 0 ? LENGTH_BYTES : 0);
  if (own > max || upgrade.length > 0xff || length > Number.MAX_SAFE_INTEGER) return -1;
  into[at] = BODY_KINDS.indexOf(head.body);
  into[at + 1] = length >= 0 ? HEAD_FLAG.length : 0;
  into.writeUInt16BE(status, at + 2);
  into[at + 4] = upgrade.length;
  if (length >= 0) encodeLength(length, into, at + RESPONSE_BYTES);
  const rest = encodeFields(upgrade, head.fields, into, at + own, max - own);
  return rest < 0 ? -1 : own + rest;
}

/** Throws ProtocolError `head`; also for more than `fieldCountMax` fields. */
export function decodeResponseHead(from: Buffer, at: number, length: number, fieldCountMax: number): ResponseHead {
  const end = at + length;
  if (length < RESPONSE_BYTES) illegal('it is cut');
  const flags = from[at + 1]!;
  if ((flags & ~HEAD_FLAG.length) !== 0) illegal('a flag that is not known');
  const fieldsAt = at + RESPONSE_BYTES + (flags & HEAD_FLAG.length ? LENGTH_BYTES : 0);
  const declared = flags & HEAD_FLAG.length ? decodeLength(from, at + RESPONSE_BYTES, end) : -1;
  const texts = textsAt(from, fieldsAt, end, fieldCountMax);
  const lead = from[at + 4]!;
  if (texts + lead > end) illegal('its lengths are more than its bytes');
  if (!bytesAre(PROTOCOL_NAME, from, texts, lead)) illegal('the upgrade is no token');
  const text = from.toString('latin1', texts, end);
  const head: ResponseHead = {
    kind: 'response',
    status: from.readUInt16BE(at + 2),
    fields: decodeFields(from, fieldsAt, texts, text, lead),
    body: bodyKind(from, at),
    length: declared,
    upgrade: lead > 0 ? text.substring(0, lead) : undefined,
  };
  checkResponse(head);
  return head;
}

/** A declared length may stand with no body (HEAD, 304; RFC 9110 §8.6); any other kind than `length` says its end by itself. */
function checkResponse({ status, body, length, upgrade }: ResponseHead): void {
  if (status < 100 || status > 999) illegal('the status is not of three digits');
  if ((status === 101) !== (body === 'upgrade')) illegal('101 and only 101 switches protocols');
  if (status < 200 && status !== 101 && body !== 'none') illegal('an interim response with a body');
  if (body === 'length' ? length < 0 : body !== 'none' && length >= 0) illegal('the length does not go with the body');
  if (upgrade !== undefined && body !== 'upgrade') illegal('the upgrade does not go with the body kind');
}
