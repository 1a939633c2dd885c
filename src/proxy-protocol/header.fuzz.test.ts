// Bytes of any kind at the reader of headers: nothing is thrown, nothing is taken behind a header, no more is asked for than the bound,
// and splits change nothing.
import fc from 'fast-check';
import { expect } from 'vitest';
import { fuzzes } from '../fuzz.testkit.ts';
import { checked, IP4, IP6, readFrom, tlv, version2 } from './header.testkit.ts';
import { readHeader } from './header.ts';

const BYTES_MAX = 256;

const SAMPLES = [
  Buffer.from('PROXY TCP4 192.0.2.7 198.51.100.1 50000 443\r\nGET / HTTP/1.1\r\n'),
  Buffer.from('PROXY TCP6 2001:db8::7 2001:db8::1 50000 443\r\n\x16\x03\x01'),
  Buffer.from('PROXY UNKNOWN\r\n'),
  version2(0x21, 0x11, IP4 + tlv(1, Buffer.from('h2'))),
  version2(0x21, 0x21, IP6),
  version2(0x20, 0x00, ''),
  checked(tlv(4, Buffer.alloc(3))),
];

const change = fc.record({ at: fc.nat(80), remove: fc.nat(3), put: fc.uint8Array({ maxLength: 4 }) });
const damaged = fc.tuple(fc.constantFrom(...SAMPLES), fc.array(change, { maxLength: 4 })).map(([sample, changes]) =>
  changes.reduce((bytes, { at, remove, put }) => {
    const place = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, place), put, bytes.subarray(place + remove)]);
  }, sample),
);
const bytes = fc.oneof(
  { weight: 9, arbitrary: damaged },
  fc.uint8Array({ maxLength: 300 }).map((any) => Buffer.from(any)),
);

const followed = (stream: Buffer, taken: number) =>
  Buffer.concat([stream.subarray(0, taken), Buffer.from('PROXY TCP4 1.2.3.4')]);

function isWholeBefore(stream: Buffer, taken: number): boolean {
  for (let length = 0; length < taken; length++)
    if (readHeader(stream.subarray(0, length), BYTES_MAX).kind !== 'more') return true;
  return false;
}

fuzzes('the fuzzer of PROXY headers finds none that throws, passes its bound, or depends on what follows it', {
  of: [
    'proxy-protocol/header.ts',
    'proxy-protocol/version1.ts',
    'proxy-protocol/version2.ts',
    'proxy-protocol/endpoints.ts',
  ],
  input: bytes,
  runs: 5_000,
  outcomes: ['whole', 'malformed', 'missing'],
  look(stream) {
    const { result, taken } = readFrom(stream, BYTES_MAX);
    expect(taken).toBeLessThanOrEqual(BYTES_MAX);
    if (result.kind === 'more') expect(taken + result.bytes).toBeLessThanOrEqual(BYTES_MAX);
    if (result.kind !== 'more') expect(readFrom(followed(stream, taken), BYTES_MAX)).toEqual({ result, taken });
    if (result.kind === 'whole') expect(isWholeBefore(stream, taken)).toBe(false);
    return result.kind === 'refused' ? result.why : result.kind;
  },
});
