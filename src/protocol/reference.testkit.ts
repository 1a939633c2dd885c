/**
 * The oracle: ANPX/2 read off `spec.md` a second time, as plainly as can be, over arrays of numbers. Shares no code with the codecs
 * and knows nothing of speed, arenas or tables. Writing is here, reading in `reference-read.testkit.ts`.
 */
import type { Fields, RequestHead, ResponseHead } from '../contract/message.ts';
import type { Payloads } from './codec.testkit.ts';

type Bytes = number[];

/** `width` bytes, most significant first. */
export function number(value: number, width: number): Bytes {
  const bytes: Bytes = [];
  for (let rest = value; bytes.length < width; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return bytes;
}

const utf8 = (text: string): Bytes => [...new TextEncoder().encode(text)];
const latin1 = (text: string): Bytes => [...text].map((letter) => letter.charCodeAt(0));

/** Tag, length, value; nothing for a member that is not there. */
function tlv(tag: number, value: Bytes | undefined): Bytes {
  return value === undefined ? [] : [tag, ...number(value.length, 2), ...value];
}

const maybe = <T>(value: T | undefined, say: (value: T) => Bytes) => (value === undefined ? undefined : say(value));
const truth = (value: boolean): Bytes => [value ? 1 : 0];
const exposureKind = (kind: 'http' | 'tcp' | 'udp'): Bytes => [{ http: 1, tcp: 2, udp: 3 }[kind]];
const BODY = { none: 0, length: 1, chunked: 2, close: 3, upgrade: 4 };

function fieldTable(fields: Fields): Bytes {
  return [...number(fields.length / 2, 2), ...fields.flatMap((text) => number(text.length, 2))];
}

function requestHead(head: RequestHead): Bytes {
  const flags = (head.scheme === 'https' ? 1 : 0) + (head.acceptsTrailers ? 2 : 0) + (head.length >= 0 ? 4 : 0);
  return [
    BODY[head.body],
    flags,
    head.method.length,
    (head.upgrade ?? '').length,
    ...number(head.authority.length, 2),
    ...number(head.path.length, 2),
    ...(head.length >= 0 ? number(head.length, 8) : []),
    ...fieldTable(head.fields),
    ...latin1(head.method + (head.upgrade ?? '') + head.authority + head.path),
    ...latin1(head.fields.join('')),
  ];
}

function responseHead(head: ResponseHead): Bytes {
  return [
    BODY[head.body],
    head.length >= 0 ? 4 : 0,
    ...number(head.status, 2),
    (head.upgrade ?? '').length,
    ...(head.length >= 0 ? number(head.length, 8) : []),
    ...fieldTable(head.fields),
    ...latin1((head.upgrade ?? '') + head.fields.join('')),
  ];
}

/** The payload of each frame. */
export const write: { readonly [N in keyof Payloads]: (value: Payloads[N]) => Bytes } = {
  HELLO: (hello) => [
    ...tlv(1, [hello.minVersion]),
    ...tlv(2, [hello.maxVersion]),
    ...tlv(3, number(hello.features, 4)),
    ...tlv(4, [...hello.nonce]),
    ...tlv(5, [...hello.publicKey]),
    ...tlv(6, number(hello.frameBytesMax, 4)),
    ...tlv(7, number(hello.streamWindowBytes, 4)),
    ...tlv(8, number(hello.streamsMax, 4)),
    ...tlv(9, truth(hello.exporterBound)),
    ...tlv(10, utf8(hello.software)),
    ...tlv(
      11,
      maybe(hello.run, (run) => [...run]),
    ),
  ],
  PROOF: (proof) => [
    ...tlv(1, [...proof.signature]),
    ...tlv(
      2,
      maybe(proof.tokenKey, (key) => [...key]),
    ),
    ...tlv(
      3,
      maybe(proof.tokenSignature, (signature) => [...signature]),
    ),
  ],
  WELCOME: (welcome) => [
    ...tlv(1, utf8(welcome.session)),
    ...tlv(2, utf8(welcome.publicHost)),
    ...tlv(3, utf8(welcome.account)),
  ],
  PING: (nonce) => number(nonce, 4),
  PONG: (nonce) => number(nonce, 4),
  GOAWAY: (goaway) => [
    ...tlv(1, utf8(goaway.code)),
    ...tlv(2, truth(goaway.permanent)),
    ...tlv(3, number(goaway.comeBackInMs, 4)),
    ...tlv(4, utf8(goaway.seen)),
  ],
  EXPOSE: (request) => [
    ...tlv(1, number(request.id, 4)),
    ...tlv(2, exposureKind(request.kind)),
    ...tlv(3, utf8(request.target)),
    ...tlv(4, maybe(request.name, utf8)),
    ...tlv(
      5,
      maybe(request.port, (port) => number(port, 2)),
    ),
    ...tlv(6, maybe(request.auth, utf8)),
    ...tlv(
      7,
      request.allowIp.flatMap((network) => [utf8(network).length, ...utf8(network)]),
    ),
    ...tlv(8, truth(request.takeOver)),
    ...tlv(9, truth(request.pool)),
  ],
  EXPOSED: (grant) => [
    ...tlv(1, number(grant.id, 4)),
    ...tlv(2, exposureKind(grant.kind)),
    ...tlv(3, utf8(grant.url)),
    ...tlv(4, maybe(grant.name, utf8)),
    ...tlv(
      5,
      maybe(grant.port, (port) => number(port, 2)),
    ),
    ...tlv(6, maybe(grant.coming, truth)),
    ...tlv(7, maybe(grant.remark, utf8)),
  ],
  EXPOSE_REFUSED: ({ id, code, seen }) => [...tlv(1, number(id, 4)), ...tlv(2, utf8(code)), ...tlv(3, utf8(seen))],
  WITHDRAW: ({ id }) => tlv(1, number(id, 4)),
  OPEN: (head) => [
    ...exposureKind(head.kind),
    ...number(head.exposure, 4),
    head.visitor.length,
    ...latin1(head.visitor),
    ...(head.request === undefined ? [] : requestHead(head.request)),
  ],
  OPENED: () => [],
  HEAD: responseHead,
  DATA: (bytes) => [...bytes],
  TRAILERS: (fields) => [...fieldTable(fields), ...latin1(fields.join(''))],
  FIN: () => [],
  RST: (code) => number(code, 2),
  RST_ACK: () => [],
  CREDIT: (bytes) => number(bytes, 4),
  DATAGRAM: (bytes) => [...bytes],
};

/** Bit by bit, from the polynomial (ISO-HDLC, reflected: 0xEDB88320). */
export function crc32(bytes: readonly number[]): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}

/** A whole frame: length, type, stream, payload and, in CRC mode, the CRC of all that. */
export function frame(type: number, stream: number, payload: readonly number[], withCrc = false): Bytes {
  const bytes = [...number(payload.length, 3), type, ...number(stream, 4), ...payload];
  return withCrc ? [...bytes, ...number(crc32(bytes), 4)] : bytes;
}
