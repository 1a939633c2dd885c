import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIp, parseIp } from './address.ts';

const spelled = (text: string) => {
  const ip = parseIp(text);
  return ip && formatIp(ip);
};

describe('an address in any spelling', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['fe80::1%eth0', 'fe80::1'],
  ])('%s is written %s', (text, canonical) => expect(spelled(text)).toBe(canonical));

  it('is written as browsers write it', () => {
    fc.assert(
      fc.property(fc.ipV6(), (text) => {
        const ip = parseIp(text);
        if (ip?.family === 6) expect(`[${formatIp(ip)}]`).toBe(new URL(`http://[${text}]`).hostname);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is read back as what it was', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const ip = parseIp(text)!;
        expect(parseIp(formatIp(ip))).toEqual(ip);
      }),
    );
  });
});
