import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseIp } from './address.ts';
import { Networks, parseNetwork } from './networks.ts';

describe('an address belongs to a network by its leading bits', () => {
  test.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/8', '::ffff:10.1.2.3', true],
    ['10.0.0.0/8', '::ffff:0a01:0203', true],
    ['10.0.0.0/8', '::10.1.2.3', false],
    ['192.168.1.7', '192.168.1.7', true],
    ['192.168.1.7', '192.168.1.8', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '2001:db8::1', true],
    ['::/0', '203.0.113.9', false],
    ['::ffff:10.0.0.0/104', '10.9.9.9', true],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['fe80::/10', 'fe80::1%eth0', true],
    ['::1', '::1', true],
    ['::1', '::2', false],
    ['10.0.0.0/8', 'not an address', false],
    ['10.0.0.0/8', '012.0.0.1', false],
    ['128.0.0.0/1', '255.255.255.255', true],
    ['128.0.0.0/1', '127.255.255.255', false],
  ])('%s has %s: %j', (network, ip, member) => expect(new Networks([network]).has(ip)).toBe(member));
});

test.each([
  '',
  '10.0.0.0/33',
  '10.0.0.0/-1',
  '10.0.0.0/08',
  '10.0.0.0/',
  '10.0.0.1/8',
  '10.0.0',
  '10.0.0.0.0',
  '10.0.0.256',
  '0x0a.0.0.0',
  '::/129',
  '2001:db8::1/32',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7:8:9',
  '1:2:3:4:5:6:7::8:9',
  '::ffff:10.0.0.0/90',
  'fe80::1%eth0',
  '12345::',
  '1.2.3.4::',
  'example.com',
])('%j is not a network', (text) => {
  expect(parseNetwork(text)).toBeUndefined();
  expect(() => new Networks([text])).toThrow(RangeError);
});

test('an empty set holds nobody', () => {
  expect(new Networks([]).has('127.0.0.1')).toBe(false);
  expect(new Networks([]).size).toBe(0);
});

test('addresses are read as a naive reading of their bits', () => {
  fc.assert(
    fc.property(fc.ipV6(), (text) => {
      const ip = parseIp(text);
      const url = new URL(`http://[${text}]/`).hostname.slice(1, -1);
      expect(ip).toEqual(parseIp(url));
      expect(ip).toBeDefined();
    }),
    { numRuns: 2_000 },
  );
});

test('a network holds exactly the addresses that share its prefix', () => {
  const word = fc.nat(0xffff_ffff);
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 32 }), (base, other, bits) => {
      const aligned = bits === 0 ? 0 : Math.floor(base / 2 ** (32 - bits)) * 2 ** (32 - bits);
      const dotted = (n: number) => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255).join('.');
      const expected = Math.floor(other / 2 ** (32 - bits)) === Math.floor(aligned / 2 ** (32 - bits));
      expect(new Networks([`${dotted(aligned)}/${bits}`]).has(dotted(other))).toBe(expected);
    }),
    { numRuns: 2_000 },
  );
});
