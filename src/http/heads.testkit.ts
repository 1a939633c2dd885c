import { limitValues } from '../contract/limits.ts';
import { type ParsedRequest, type Refusal, RequestHeadParser } from './request-head.ts';
import { type Asked, type ParsedResponse, ResponseHeadParser } from './response-head.ts';

export const LIMITS = limitValues();

/** Gives the parser `text` (latin1) in pieces that end at `cuts`, each time at another place in memory. */
export function parseInPieces<T>(
  parser: { parse(bytes: Buffer, at: number, length: number): T | undefined },
  text: string,
  cuts: readonly number[] = [],
): T | undefined {
  const bytes = Buffer.from(text, 'latin1');
  const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  for (const end of [...ends, bytes.length]) {
    const at = end % 7;
    const arena = Buffer.alloc(at + end + 1, 0x5a);
    bytes.copy(arena, at, 0, end);
    const result = parser.parse(arena, at, end);
    if (result !== undefined) return result;
  }
  return undefined;
}

export function parseRequest(
  text: string,
  scheme: 'http' | 'https' = 'http',
  cuts: readonly number[] = [],
): ParsedRequest | Refusal | undefined {
  return parseInPieces(new RequestHeadParser(LIMITS, scheme), text, cuts);
}

/** The parsed request; throws if it was refused. */
export function request(text: string, scheme: 'http' | 'https' = 'http'): ParsedRequest {
  const result = parseRequest(text, scheme);
  if (result?.kind !== 'request') throw new Error(`refused: ${JSON.stringify(result)}`);
  return result;
}

/** A request with these field lines after a legal line and Host. */
export function withFields(...lines: string[]): string {
  return `GET / HTTP/1.1\r\nHost: a\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
}

export function parseResponse(
  text: string,
  asked: Asked = { method: 'GET', upgrade: undefined },
  cuts: readonly number[] = [],
): ParsedResponse | string | undefined {
  return parseInPieces(new ResponseHeadParser(LIMITS, asked), text, cuts);
}

/** The parsed response; throws if it is malformed. */
export function response(text: string, asked?: Asked): ParsedResponse {
  const result = parseResponse(text, asked);
  if (typeof result !== 'object') throw new Error(`malformed: ${result}`);
  return result;
}
