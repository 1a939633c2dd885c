import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32c } from './crc32c.ts';
import { BYTES_MAX, checked, IP4, IP6, readFrom, SIGNATURE, tlv, version2 } from './header.testkit.ts';
import { readHeader, writeHeader } from './header.ts';

const text = (line: string) => Buffer.from(line, 'latin1');
const unix = '00'.repeat(216);
const nobody = { kind: 'whole', visitor: undefined };
const from = (host: string, port = 50_000) => ({ kind: 'whole', visitor: { host, port } });
const refused = (why: string) => ({ kind: 'refused', why });

const TAKEN: readonly (readonly [string, Buffer, object])[] = [
  ['v1 over IPv4', text('PROXY TCP4 192.0.2.7 198.51.100.1 50000 443\r\n'), from('192.0.2.7')],
  ['v1 over IPv6', text('PROXY TCP6 2001:DB8:0::7 2001:db8::1 50000 443\r\n'), from('2001:db8::7')],
  ['v1 with a mapped address', text('PROXY TCP6 ::ffff:192.0.2.7 ::ffff:1.2.3.4 50000 443\r\n'), from('192.0.2.7')],
  ['v1 of nobody', text('PROXY UNKNOWN\r\n'), nobody],
  ['v1 of nobody, with words', text('PROXY UNKNOWN ffff::1 not an address\r\n'), nobody],
  ['v1 of nobody, 107 bytes long', text(`PROXY UNKNOWN ${'a'.repeat(91)}\r\n`), nobody],
  ['v2 over IPv4', version2(0x21, 0x11, IP4), from('192.0.2.7')],
  ['v2 over IPv6', version2(0x21, 0x21, IP6), from('2001:db8::7')],
  [
    'v2 with a mapped address',
    version2(0x21, 0x21, `${'0'.repeat(20)}ffffc0000207${IP6.slice(32)}`),
    from('192.0.2.7'),
  ],
  ['v2 with TLVs', version2(0x21, 0x11, IP4 + tlv(1, text('h2')) + tlv(0xe1, Buffer.alloc(0))), from('192.0.2.7')],
  ['v2 with a checksum', checked(tlv(2, text('app.example'))), from('192.0.2.7')],
  ['v2 LOCAL', version2(0x20, 0x00, ''), nobody],
  ['v2 LOCAL with a block of any family', version2(0x20, 0x31, unix), nobody],
  ['v2 LOCAL with a family that is none', version2(0x20, 0xff, 'ffff'), nobody],
  ['v2 of an unspecified family', version2(0x21, 0x00, 'ffffff'), nobody],
  ['v2 as long as the bound', version2(0x20, 0x00, '00'.repeat(BYTES_MAX - 16)), nobody],
];

const REFUSED: readonly (readonly [string, Buffer, string])[] = [
  ['a request', text('GET / HTTP/1.1\r\n\r\n'), 'missing'],
  ['a handshake of TLS', Buffer.from('16030100c8010000c40303aa', 'hex'), 'missing'],
  ['the word in small letters', text('proxy TCP4 192.0.2.7 198.51.100.1 50000 443\r\n'), 'missing'],
  ['a line end before v1', text('\r\nPROXY TCP4 192.0.2.7 198.51.100.1 50000 443\r\n'), 'missing'],
  ['a signature with another last byte', Buffer.from(`${SIGNATURE.slice(0, -2)}0b2111000c${IP4}`, 'hex'), 'missing'],
  ['two spaces', text('PROXY  TCP4 192.0.2.7 198.51.100.1 50000 443\r\n'), 'malformed'],
  ['a tab', text('PROXY TCP4\t192.0.2.7 198.51.100.1 50000 443\r\n'), 'malformed'],
  ['a space at the end', text('PROXY TCP4 192.0.2.7 198.51.100.1 50000 443 \r\n'), 'malformed'],
  ['a word too few', text('PROXY TCP4 192.0.2.7 198.51.100.1 50000\r\n'), 'malformed'],
  ['UNKNOWN glued to something', text('PROXY UNKNOWNS\r\n'), 'malformed'],
  ['UDP4', text('PROXY UDP4 192.0.2.7 198.51.100.1 50000 443\r\n'), 'malformed'],
  ['a line end of LF alone', text(`PROXY TCP4 192.0.2.7 198.51.100.1 50000 443\n${'x'.repeat(70)}`), 'long'],
  ['a bare CR inside', text('PROXY TCP4 192.0.2.7\r198.51.100.1 50000 443\r\n'), 'malformed'],
  ['a NUL inside', text('PROXY TCP4 192.0.2.7\0 198.51.100.1 50000 443\r\n'), 'malformed'],
  ['IPv6 said to be IPv4', text('PROXY TCP4 ::1 ::1 50000 443\r\n'), 'malformed'],
  ['IPv4 said to be IPv6', text('PROXY TCP6 192.0.2.7 192.0.2.8 50000 443\r\n'), 'malformed'],
  ['mixed families', text('PROXY TCP4 192.0.2.7 ::1 50000 443\r\n'), 'malformed'],
  ['an octal address', text('PROXY TCP4 0300.0.2.7 198.51.100.1 50000 443\r\n'), 'malformed'],
  ['a short address', text('PROXY TCP4 127.1 198.51.100.1 50000 443\r\n'), 'malformed'],
  ['a hexadecimal address', text('PROXY TCP4 0xc0000207 198.51.100.1 50000 443\r\n'), 'malformed'],
  ['an address over 255', text('PROXY TCP4 256.0.2.7 198.51.100.1 50000 443\r\n'), 'malformed'],
  ['a name', text('PROXY TCP4 localhost 198.51.100.1 50000 443\r\n'), 'malformed'],
  ['an address with a zone', text('PROXY TCP6 fe80::1%eth0 ::1 50000 443\r\n'), 'malformed'],
  ['a port over 65535', text('PROXY TCP4 192.0.2.7 198.51.100.1 65536 443\r\n'), 'malformed'],
  ['a port with a leading zero', text('PROXY TCP4 192.0.2.7 198.51.100.1 050000 443\r\n'), 'malformed'],
  ['a signed port', text('PROXY TCP4 192.0.2.7 198.51.100.1 +5000 443\r\n'), 'malformed'],
  ['a line of 108 bytes', text(`PROXY UNKNOWN ${'a'.repeat(92)}\r\n`), 'long'],
  ['another version', version2(0x11, 0x11, IP4), 'malformed'],
  ['another command', version2(0x22, 0x11, IP4), 'malformed'],
  ['UDP over IPv4', version2(0x21, 0x12, IP4), 'unusable'],
  ['UDP over IPv6', version2(0x21, 0x22, IP6), 'unusable'],
  ['a Unix socket', version2(0x21, 0x31, unix), 'unusable'],
  ['a Unix socket for datagrams', version2(0x21, 0x32, unix), 'unusable'],
  ['a transport that is none', version2(0x21, 0x13, IP4), 'malformed'],
  ['a family without a transport', version2(0x21, 0x10, IP4), 'malformed'],
  ['a transport without a family', version2(0x21, 0x01, IP4), 'malformed'],
  ['addresses that do not fit', version2(0x21, 0x11, IP4.slice(2)), 'malformed'],
  ['IPv4 addresses said to be IPv6', version2(0x21, 0x21, IP4), 'malformed'],
  ['a TLV that is cut', version2(0x21, 0x11, `${IP4}0100`), 'malformed'],
  ['a TLV longer than the header', version2(0x21, 0x11, `${IP4}010005ff`), 'malformed'],
  ['a wrong checksum', checked('', 1), 'checksum'],
  ['a checksum of two bytes', version2(0x21, 0x11, IP4 + tlv(3, Buffer.alloc(2))), 'malformed'],
  ['two checksums', checked(tlv(3, Buffer.alloc(4))), 'malformed'],
  ['more than the bound', version2(0x20, 0x00, '', BYTES_MAX - 15), 'long'],
];

describe('a header of the PROXY protocol', () => {
  it.each(TAKEN)('is taken: %s', (_what, header, result) => {
    expect(readFrom(header)).toEqual({ result, taken: header.length });
  });

  it.each(REFUSED)('is refused: %s', (_what, header, why) => {
    expect(readFrom(header).result).toEqual(refused(why));
  });

  it.each(TAKEN)('ends where it ends, whatever is glued to it: %s', (_what, header, result) => {
    for (const next of ['GET / HTTP/1.1\r\n\r\n', '\x16\x03\x01\0', 'PROXY UNKNOWN\r\n', '\r\n\r\n'])
      expect(readFrom(Buffer.concat([header, text(next)]))).toEqual({ result, taken: header.length });
  });

  it.each(TAKEN)('asks for more at each of its bytes: %s', (_what, header) => {
    for (let length = 0; length < header.length; length++) {
      const result = readHeader(header.subarray(0, length), BYTES_MAX);
      expect(result.kind).toBe('more');
      expect(result.kind === 'more' && length + result.bytes).toBeLessThanOrEqual(header.length);
    }
  });

  it('has the checksum of RFC 3720', () => {
    expect(crc32c(text('123456789'))).toBe(0xe306_9283);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a91_36aa);
  });
});

describe('a header that is written', () => {
  const there = { host: '198.51.100.1', port: 443 };
  it('is one line in version 1', () => {
    expect(writeHeader('v1', '192.0.2.7:50000', there).toString()).toBe(
      'PROXY TCP4 192.0.2.7 198.51.100.1 50000 443\r\n',
    );
    expect(writeHeader('v1', '[2001:db8::7]:50000', { host: '2001:db8::1', port: 443 }).toString()).toBe(
      'PROXY TCP6 2001:db8::7 2001:db8::1 50000 443\r\n',
    );
  });

  it('is 28 or 52 bytes in version 2', () => {
    expect(writeHeader('v2', '192.0.2.7:50000', there)).toEqual(version2(0x21, 0x11, IP4));
    expect(writeHeader('v2', '[2001:db8::7]:50000', { host: '2001:db8::1', port: 443 })).toEqual(
      version2(0x21, 0x21, IP6),
    );
  });

  it('names no destination of another family', () => {
    expect(writeHeader('v1', '192.0.2.7:50000', { host: '::1', port: 443 }).toString()).toBe(
      'PROXY TCP4 192.0.2.7 0.0.0.0 50000 443\r\n',
    );
    expect(writeHeader('v1', '[2001:db8::7]:50000', undefined).toString()).toBe(
      'PROXY TCP6 2001:db8::7 :: 50000 0\r\n',
    );
  });

  it.each(['', 'unknown', '192.0.2.7', '192.0.2.7:65536', '[192.0.2.7', 'a b:1', '::1:80'])(
    'of "%s" is of nobody',
    (visitor) => {
      expect(writeHeader('v1', visitor, there).toString()).toBe('PROXY UNKNOWN\r\n');
      expect(writeHeader('v2', visitor, there)).toEqual(version2(0x20, 0x00, ''));
    },
  );

  it('is read as what was meant, by any visitor and destination', () => {
    const port = fc.nat(65_535);
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), port, fc.oneof(fc.ipV4(), fc.ipV6()), port, (host, at, other, to) => {
        const visitor = host.includes(':') ? `[${host}]:${at}` : `${host}:${at}`;
        const [one, two] = (['v1', 'v2'] as const).map((version) =>
          readFrom(writeHeader(version, visitor, { host: other, port: to })),
        );
        expect(one?.result).toMatchObject({ kind: 'whole', visitor: { port: at } });
        expect(two?.result).toEqual(one?.result);
      }),
    );
  });
});
