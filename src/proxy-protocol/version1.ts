/**
 * Version 1 of the PROXY protocol (HAProxy, proxy-protocol.txt §2.1): one line of text, `PROXY TCP4 source destination port port`.
 * Strict: one space between words, decimal numbers without leading zeros, addresses of the family that is said.
 */
import type { IntroductionReading } from '../contract/introduction.ts';
import { formatIp, parseIp } from '../router/address.ts';
import type { Endpoints } from './endpoints.ts';

export const VERSION1_PREFIX = 'PROXY ';
/** The longest line with its CRLF: `UNKNOWN`, and two IPv6 addresses at their longest. */
export const VERSION1_BYTES_MAX = 107;

const CR = 0x0d;
const MALFORMED = { kind: 'refused', why: 'malformed' } as const;
const NOBODY = { kind: 'whole', visitor: undefined } as const;
const LINE = /^PROXY TCP([46]) ([0-9a-fA-F.:]+) ([0-9a-fA-F.:]+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})$/;

/** `bytes` begin with the prefix. */
export function readVersion1(bytes: Buffer): IntroductionReading {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\r\n');
  if (end >= 0) return end + 2 === bytes.length ? readLine(text.slice(0, end)) : MALFORMED;
  const least = bytes.at(-1) === CR ? 1 : 2;
  return bytes.length + least > VERSION1_BYTES_MAX ? { kind: 'refused', why: 'long' } : { kind: 'more', bytes: least };
}

function readLine(line: string): IntroductionReading {
  // Whatever follows the word is to be ignored.
  if (/^PROXY UNKNOWN(?: |$)/.test(line)) return NOBODY;
  const [, family, source = '', destination = '', port, otherPort] = LINE.exec(line) ?? [];
  const visitor = addressOf(source, family);
  const isWhole = visitor !== undefined && addressOf(destination, family) !== undefined;
  if (!isWhole || Number(port) > 65_535 || Number(otherPort) > 65_535) return MALFORMED;
  return { kind: 'whole', visitor: { host: visitor, port: Number(port) } };
}

/** In canonical spelling: one visitor has one name, however it was written. */
function addressOf(text: string, family: string | undefined): string | undefined {
  const ip = text.includes(':') === (family === '6') ? parseIp(text) : undefined;
  return ip && formatIp(ip);
}

export function writeVersion1(endpoints: Endpoints | undefined): Buffer {
  if (endpoints === undefined) return Buffer.from('PROXY UNKNOWN\r\n');
  const { source, destination, sourcePort, destinationPort } = endpoints;
  const words = ['PROXY', `TCP${source.family}`, formatIp(source), formatIp(destination), sourcePort, destinationPort];
  return Buffer.from(`${words.join(' ')}\r\n`, 'latin1');
}
