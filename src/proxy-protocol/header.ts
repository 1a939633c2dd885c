/**
 * The header of the PROXY protocol, both versions: with it a load balancer says whose connection it passes on. Reads and writes bytes;
 * refuses to know whom to believe.
 */
import type { IntroductionReading } from '../contract/introduction.ts';
import type { HostPort } from '../contract/reactor.ts';
import { endpointsOf } from './endpoints.ts';
import { readVersion1, VERSION1_PREFIX, writeVersion1 } from './version1.ts';
import { readVersion2, SIGNATURE, writeVersion2 } from './version2.ts';

export const PROXY_VERSIONS = ['v1', 'v2'] as const;
export type ProxyVersion = (typeof PROXY_VERSIONS)[number];

/** No header is shorter: both versions are told apart by as many. */
const LEAST_BYTES = SIGNATURE.length;
const PREFIX = Buffer.from(VERSION1_PREFIX);

/** `bytes`: all that have come, none behind the header. `bytesMax` bounds version 2; version 1 has a bound of its own. */
export function readHeader(bytes: Buffer, bytesMax: number): IntroductionReading {
  const isVersion1 = startsAlike(bytes, PREFIX);
  if (!isVersion1 && !startsAlike(bytes, SIGNATURE)) return { kind: 'refused', why: 'missing' };
  if (bytes.length < LEAST_BYTES) return { kind: 'more', bytes: LEAST_BYTES - bytes.length };
  return isVersion1 ? readVersion1(bytes) : readVersion2(bytes, bytesMax);
}

/**
 * `visitor`: `ip:port` or `[ip6]:port`; anything else, also nothing, is said as "of nobody" (v1 UNKNOWN, v2 LOCAL). `destination`: where
 * the connection arrives.
 */
export function writeHeader(version: ProxyVersion, visitor: string, destination: HostPort | undefined): Buffer {
  const endpoints = endpointsOf(visitor, destination);
  return version === 'v1' ? writeVersion1(endpoints) : writeVersion2(endpoints);
}

/** As far as both go. */
function startsAlike(bytes: Buffer, expected: Buffer): boolean {
  const length = Math.min(bytes.length, expected.length);
  return bytes.compare(expected, 0, length, 0, length) === 0;
}
