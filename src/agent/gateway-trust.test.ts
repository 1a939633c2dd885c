import { expect, it } from 'vitest';
import type { Peer } from '../contract/link.ts';
import { GatewayCheck, type GatewayClaim } from './gateway-trust.ts';

const KEY = Buffer.alloc(32, 1);
const OTHER = Buffer.alloc(32, 2);

function claim(transport: string, { trusted = false, bound = transport === 'tls', key = KEY } = {}): GatewayClaim {
  const exporter = transport === 'tcp' ? undefined : Buffer.alloc(32);
  return { publicKey: key, bound, peer: { address: '192.0.2.1:443', transport, trusted, exporter } satisfies Peer };
}

function gateway({ pin = undefined as string | undefined, insecure = false } = {}) {
  const kept: string[] = [];
  const gatewayPin = (key: Buffer) => `sha256-${key[0]}`;
  const check = new GatewayCheck(
    {
      pin,
      insecure,
      gatewayPin,
      remember: (key) => kept.push(gatewayPin(key)),
    },
    { wall: Date.now },
  );
  const why = (of: GatewayClaim) => check.check(of)?.seen;
  return { check: (of: GatewayClaim) => check.check(of)?.code, why, kept };
}

it('with a pin the key alone decides, whatever the certificate', () => {
  const { check, kept } = gateway({ pin: 'sha256-1' });
  for (const transport of ['tls', 'ws', 'tcp']) expect(check(claim(transport))).toBeUndefined();
  for (const transport of ['tls', 'ws', 'tcp'])
    expect(check(claim(transport, { key: OTHER, trusted: true }))).toBe('TK-1002');
  expect(kept).toEqual([]);
});

it('says of a key that is not the one which key it is', () => {
  const { why } = gateway({ pin: 'sha256-1' });
  expect(why(claim('tls', { key: OTHER }))).toBe('Its key has the pin sha256-2, not sha256-1.');
});

it('without a pin the certificate must verify, and the key is the pin from then on', () => {
  const { check, kept } = gateway();
  expect(check(claim('tls'))).toBe('TK-1012');
  expect(check(claim('ws'))).toBe('TK-1012');
  expect(check(claim('tls', { trusted: true }))).toBeUndefined();
  expect(kept).toEqual(['sha256-1']);
  expect(check(claim('tls', { trusted: true, key: OTHER }))).toBe('TK-1002');
  expect(check(claim('tls', { trusted: false }))).toBeUndefined();
  expect(kept).toEqual(['sha256-1']);
});

it('a proof that does not cover the TLS connection is refused where nothing may stand between, and taken behind a proxy', () => {
  const { check } = gateway({ pin: 'sha256-1' });
  expect(check(claim('tls', { bound: false, trusted: true }))).toBe('TK-1002');
  expect(check(claim('ws', { bound: false }))).toBeUndefined();
});

it('a plain link without a pin is trusted at first use only when it was asked for', () => {
  expect(gateway().check(claim('tcp'))).toBe('TK-1012');
  const { check, kept } = gateway({ insecure: true });
  expect(check(claim('ws'))).toBe('TK-1012');
  expect(check(claim('tcp'))).toBeUndefined();
  expect(kept).toEqual(['sha256-1']);
  expect(check(claim('tcp', { key: OTHER }))).toBe('TK-1002');
});
