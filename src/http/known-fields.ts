// The fields that this folder acts on. Every other one is cargo.

/** What a field means to an intermediary. */
export const FIELD = {
  host: 1,
  contentLength: 2,
  transferEncoding: 3,
  connection: 4,
  te: 5,
  upgrade: 6,
  expect: 7,
  /** Hop-by-hop or ours alone, of no use to us: removed. */
  hop: 8,
} as const;
export type FieldMeaning = (typeof FIELD)[keyof typeof FIELD];

const MEANINGS: Readonly<Record<string, FieldMeaning>> = {
  host: FIELD.host,
  'content-length': FIELD.contentLength,
  'transfer-encoding': FIELD.transferEncoding,
  connection: FIELD.connection,
  te: FIELD.te,
  upgrade: FIELD.upgrade,
  expect: FIELD.expect,
  'keep-alive': FIELD.hop,
  'proxy-connection': FIELD.hop,
  'proxy-authenticate': FIELD.hop,
  'proxy-authentication-info': FIELD.hop,
  'proxy-authorization': FIELD.hop,
  'http2-settings': FIELD.hop,
  trailer: FIELD.hop,
};

/** Folded so that names which differ only in case are one; a hit must still be compared, a miss is sure. */
export function foldByte(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + (byte | 0x20)) | 0;
}

const BY_HASH = new Map(
  Object.entries(MEANINGS).map(([name, meaning]) => [Buffer.from(name).reduce(foldByte, 0), { name, meaning }]),
);

/** The meaning of the field called `name` in any case, whose `foldByte` over all bytes is `hash`. */
export function meaningOf(hash: number, name: string): FieldMeaning | undefined {
  const known = BY_HASH.get(hash);
  return known !== undefined && known.name === name.toLowerCase() ? known.meaning : undefined;
}

/** Fields that say who asks, where to and what the content is: no peer can nominate them for removal (P70, X26). */
export function isEndToEnd(lowerName: string): boolean {
  return END_TO_END.has(lowerName) || lowerName.startsWith('x-forwarded-') || lowerName.startsWith('content-');
}
const END_TO_END = new Set(
  (
    'host authorization cookie set-cookie forwarded via x-real-ip origin referer date cache-control pragma expires age ' +
    'vary etag location range accept-ranges www-authenticate sec-websocket-key sec-websocket-accept ' +
    'sec-websocket-version sec-websocket-protocol sec-websocket-extensions strict-transport-security'
  ).split(' '),
);

/**
 * Fields that must not come late (RFC 9110 §6.5.1): framing, routing, request modifiers, authentication, content format.
 * A trailer with such a name is dropped wherever it comes from.
 */
export function isForbiddenTrailer(lowerName: string): boolean {
  return (
    Object.hasOwn(MEANINGS, lowerName) ||
    FORBIDDEN_TRAILERS.has(lowerName) ||
    lowerName.startsWith('x-forwarded-') ||
    lowerName.startsWith('content-') ||
    lowerName.startsWith('if-') ||
    lowerName.startsWith('proxy-')
  );
}
const FORBIDDEN_TRAILERS = new Set(
  (
    'authorization cookie set-cookie forwarded via x-real-ip origin date cache-control pragma expires age vary location ' +
    'range max-forwards retry-after warning www-authenticate authentication-info x-http-method-override'
  ).split(' '),
);
