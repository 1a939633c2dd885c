/** fast-check arbitraries for every legal frame. */
import fc from 'fast-check';
import { ERRORS, type ErrorCode } from '../contract/errors.ts';
import type { RequestHead, ResponseHead } from '../contract/message.ts';
import { STREAM_CODE, type StreamHead } from '../contract/stream.ts';
import { FRAME_NAMES, type Payloads, type Sample } from './codec.testkit.ts';
import { FRAME_RULE, type FrameName } from './frame.ts';
import { GENERATION_LAST, OPENER, SLOTS, streamId } from './stream-id.ts';

const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const bytesOf = (count: number) =>
  fc.uint8Array({ minLength: count, maxLength: count }).map((bytes) => Buffer.from(bytes));
const someBytes = (least: number) =>
  fc.uint8Array({ minLength: least, maxLength: 300 }).map((bytes) => Buffer.from(bytes));

/** Legal UTF-8 texts of at most `most` bytes: ASCII, accents, and characters of three and four bytes. */
export const textOf = (most: number, least = 0) =>
  fc
    .array(fc.constantFrom(...'abz09 .:/-_~', 'é', 'ß', '中', '\ufeff', '\ufffd', '😀'), {
      minLength: least,
      maxLength: 40,
    })
    .map((letters) => letters.join(''))
    .filter((text) => Buffer.byteLength(text) <= most);

const latin1 = (pattern: RegExp) => {
  const letters = Array.from({ length: 256 }, (_, byte) => String.fromCharCode(byte)).filter((letter) =>
    pattern.test(letter),
  );
  return (least: number, most: number) =>
    fc.array(fc.constantFrom(...letters), { minLength: least, maxLength: most }).map((chosen) => chosen.join(''));
};
const token = latin1(/[!#$%&'*+\-.^_`|~0-9A-Za-z]/);
const word = latin1(/[^\u0000-\u0020\u007f]/);
const line = latin1(/[^\0\r\n]/);

export const names = fc.oneof(
  fc.constantFrom('Accept', 'cookie', '__proto__', 'constructor', 'toString', 'x'.repeat(300)),
  token(1, 12),
);
const fieldsArb = fc.array(fc.tuple(names, line(0, 40)), { maxLength: 12 }).map((pairs) => pairs.flat());

const declared = fc.oneof(fc.constantFrom(0, 1, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER), fc.maxSafeNat());
const requestEnd = fc.oneof(
  fc.record({
    body: fc.constantFrom('none' as const, 'chunked' as const),
    length: fc.constant(-1),
    upgrade: fc.constant(undefined),
  }),
  fc.record({ body: fc.constant('length' as const), length: declared, upgrade: fc.constant(undefined) }),
  fc.record({
    body: fc.constant('upgrade' as const),
    length: fc.constant(-1),
    upgrade: fc.constantFrom('websocket', 'h2c/1'),
  }),
);
const request: fc.Arbitrary<RequestHead> = fc
  .tuple(
    fc.record({
      kind: fc.constant('request' as const),
      method: token(1, 12),
      scheme: fc.constantFrom('http' as const, 'https' as const),
      authority: word(0, 20),
      path: word(1, 60),
      fields: fieldsArb,
      acceptsTrailers: fc.boolean(),
    }),
    requestEnd,
  )
  .map(([head, end]) => ({ ...head, ...end }));

const status = fc.integer({ min: 200, max: 999 });
const responseEnd = fc.oneof(
  fc.record({
    status: fc.constantFrom(100, 102, 103, 199),
    body: fc.constant('none' as const),
    length: fc.constant(-1),
  }),
  fc.record({
    status,
    body: fc.constantFrom('none' as const, 'chunked' as const, 'close' as const),
    length: fc.constant(-1),
  }),
  fc.record({ status, body: fc.constantFrom('none' as const, 'length' as const), length: declared }),
  fc.record({
    status: fc.constant(101),
    body: fc.constant('upgrade' as const),
    length: fc.constant(-1),
    upgrade: fc.constantFrom('websocket', undefined),
  }),
);
const response: fc.Arbitrary<ResponseHead> = fc
  .tuple(fc.record({ kind: fc.constant('response' as const), fields: fieldsArb }), responseEnd)
  .map(([head, end]) => ({ upgrade: undefined, ...head, ...end }));

const streamHead: fc.Arbitrary<StreamHead> = fc.oneof(
  fc.record({ kind: fc.constant('http' as const), exposure: u32, visitor: word(0, 45), request }),
  fc.record({ kind: fc.constantFrom('tcp' as const, 'udp' as const), exposure: u32, visitor: word(0, 45) }),
);

const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const errorCode = fc.constantFrom(...(Object.keys(ERRORS) as ErrorCode[]));
const port = optional(fc.integer({ min: 1, max: 65_535 }));
const kind = fc.constantFrom('http' as const, 'tcp' as const, 'udp' as const);
const version = fc.integer({ min: 2, max: 255 });
const rstCodes = Object.values(STREAM_CODE).filter((code) => code !== STREAM_CODE.sessionLost);

export const PAYLOADS: { readonly [N in FrameName]: fc.Arbitrary<Payloads[N]> } = {
  HELLO: fc.record({
    minVersion: version,
    maxVersion: version,
    features: u32,
    nonce: bytesOf(32),
    publicKey: bytesOf(32),
    frameBytesMax: fc.integer({ min: 1, max: 0xff_ffff }),
    streamWindowBytes: fc.integer({ min: 1, max: 0x7fff_ffff }),
    streamsMax: fc.integer({ min: 1, max: SLOTS }),
    exporterBound: fc.boolean(),
    software: textOf(128),
    run: optional(bytesOf(16)),
  }),
  PROOF: fc.oneof(
    fc.record({ signature: bytesOf(64) }),
    fc.record({ signature: bytesOf(64), tokenKey: bytesOf(32), tokenSignature: bytesOf(64) }),
  ),
  WELCOME: fc.record({ session: textOf(128), publicHost: textOf(255), account: textOf(255) }),
  PING: u32,
  PONG: u32,
  GOAWAY: fc.record({
    code: fc.oneof(errorCode, fc.constant('draining' as const)),
    permanent: fc.boolean(),
    comeBackInMs: u32,
    seen: textOf(1_024),
  }),
  EXPOSE: fc.record({
    id: u32,
    kind,
    target: textOf(4_096),
    name: optional(textOf(255)),
    port,
    auth: optional(textOf(1_024)),
    allowIp: fc.array(textOf(255, 1), { maxLength: 6 }),
    takeOver: fc.boolean(),
    pool: fc.boolean(),
  }),
  EXPOSED: fc.record({
    id: u32,
    kind,
    url: textOf(4_096),
    name: optional(textOf(255)),
    port,
    coming: optional(fc.boolean()),
    remark: optional(textOf(1_024)),
  }),
  EXPOSE_REFUSED: fc.record({ id: u32, code: errorCode, seen: textOf(1_024) }),
  WITHDRAW: fc.record({ id: u32 }),
  OPEN: streamHead,
  OPENED: bytesOf(0),
  HEAD: response,
  DATA: someBytes(1),
  TRAILERS: fieldsArb,
  FIN: bytesOf(0),
  RST: fc.constantFrom(...rstCodes),
  RST_ACK: bytesOf(0),
  CREDIT: fc.integer({ min: 1, max: 0x7fff_ffff }),
  DATAGRAM: someBytes(0),
};

const anyStream = fc
  .tuple(
    fc.integer({ min: 1, max: GENERATION_LAST }),
    fc.integer({ min: 0, max: SLOTS - 1 }),
    fc.constantFrom(OPENER.agent, OPENER.gateway),
  )
  .map(([generation, slot, opener]) => streamId(generation, slot, opener));

/** A legal frame of this name, on a stream of its own choice. */
export function sampleOf(name: FrameName): fc.Arbitrary<Sample> {
  const stream = FRAME_RULE[name].of === 'stream' ? anyStream : fc.constant(0);
  return fc.record({ name: fc.constant(name), stream, value: PAYLOADS[name] as fc.Arbitrary<unknown> });
}

export const anySample: fc.Arbitrary<Sample> = fc.constantFrom(...FRAME_NAMES).chain(sampleOf);
