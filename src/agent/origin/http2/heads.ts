import type { BodyKind, Fields, RequestHead, ResponseHead } from '../../../contract/message.ts';
import { FieldSection } from '../../../http/field-section.ts';
import { END_STREAM } from '../../../http/frame-scanner.ts';
import { framingOf } from '../../../http/framing.ts';
import { foldByte, isForbiddenTrailer, meaningOf } from '../../../http/known-fields.ts';

/** Heads between messages and the field sections of HTTP/2 (RFC 9113 §8.3). `raw`: name, value, name, value … */

/** What is sent for a request that is known to be legal. */
export function requestFields(head: RequestHead, scheme: string): string[] {
  const { method, authority, path, length, fields } = head;
  const sent = [':method', method, ':scheme', scheme, ':authority', authority, ':path', path];
  for (let i = 0; i < fields.length; i += 2)
    sent.push((fields[i] as string).toLowerCase(), (fields[i + 1] as string).trim());
  if (head.body === 'length') sent.push('content-length', String(length));
  if (head.acceptsTrailers) sent.push('te', 'trailers');
  return sent;
}

/** Undefined: no legal answer. */
export function readResponse(raw: readonly string[], { method }: RequestHead, flags: number): ResponseHead | undefined {
  const section = new FieldSection();
  let status = 0;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    if (name === ':status') status = Number(value);
    else if (section.add(meaning(name), name, value) !== undefined) return undefined;
  }
  const framing = framingOf(section);
  if (status < 100 || status > 599 || status === 101 || framing.kind === 'fault') return undefined;
  const isBare = status < 200 || method === 'HEAD' || (flags & END_STREAM) !== 0 || status === 204 || status === 304;
  // A body with a declared length has no place for trailers in HTTP/1; here it has, and nghttp2 has held it to its length.
  const body: BodyKind = isBare ? 'none' : 'chunked';
  const length = isBare ? framing.length : -1;
  return { kind: 'response', status, fields: section.fields, body, length, upgrade: undefined };
}

/** Those that may come late; the others are dropped, as from everybody. */
export function readTrailers(raw: readonly string[]): Fields {
  return raw.filter((_, i) => {
    const name = raw[i - (i % 2)] as string;
    return !name.startsWith(':') && !isForbiddenTrailer(name);
  });
}

function meaning(name: string): number | undefined {
  return meaningOf(Buffer.from(name).reduce(foldByte, 0), name);
}
