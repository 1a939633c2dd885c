// Bytes of any kind at the parsers of heads and of chunked bodies: nothing is thrown, nothing outgrows its bound, splits change nothing,
// and what was taken is written again as something that is taken for the same.
import fc from 'fast-check';
import { expect } from 'vitest';
import { fuzzes } from '../fuzz.testkit.ts';
import { ChunkDecoder } from './chunk-decoder.ts';
import { requestText } from './head-text.ts';
import { LIMITS, parseRequest, parseResponse } from './heads.testkit.ts';

const REQUESTS = [
  'GET /a?b=c HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\nConnection: keep-alive, x-a\r\nX-A: 1\r\n\r\n',
  'POST http://a.example/ HTTP/1.1\r\nHost: b\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello',
  'POST / HTTP/1.1\r\nHost: [::1]:80\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n\r\n0\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
  'OPTIONS * HTTP/1.0\r\n\r\n',
];
const RESPONSES = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\nhello',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.0 404 Not Found\r\n\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n',
];
const CHUNKED = ['5;a=b\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nX-T: 1\r\n\r\nGET', '0\r\n\r\n', 'ffffffff\r\n'];

/** A sample with some bytes replaced, removed or put in, mostly such as mean something to a parser. */
function mutated(samples: readonly string[]): fc.Arbitrary<string> {
  const byte = fc.oneof(
    fc.constantFrom(...'\r\n \t:;,\0\x0b"\\0Fx_-'),
    fc.nat(255).map((code) => String.fromCharCode(code)),
  );
  const change = fc.record({ at: fc.nat(250), remove: fc.nat(3), put: fc.string({ unit: byte, maxLength: 4 }) });
  return fc.tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 5 })).map(([sample, changes]) =>
    changes.reduce((text, { at, remove, put }) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + put + text.slice(place + remove);
    }, sample),
  );
}

const cuts = fc.array(fc.nat(300), { maxLength: 6 });

/** What a parser made of a text, in a word. */
const outcomeOf = (parsed: { readonly kind: string } | string | undefined) =>
  typeof parsed === 'string' ? 'refused' : (parsed?.kind ?? 'more');

fuzzes('the fuzzer of request heads finds none that throws, depends on splits, or changes when it is written again', {
  of: ['http/request-head.ts', 'http/head-scan.ts', 'http/field-section.ts', 'http/framing.ts', 'http/known-fields.ts'],
  input: fc.tuple(mutated(REQUESTS), cuts),
  runs: 3_000,
  outcomes: ['request', 'refused'],
  look([text, at]) {
    const whole = parseRequest(text);
    expect(parseRequest(text, 'http', at)).toEqual(whole);
    if (whole?.kind !== 'request') return outcomeOf(whole);
    const { method, path, body, authority, fields } = whole.head;
    expect(fields.length / 2).toBeLessThanOrEqual(LIMITS.fieldCount);
    // Without a Host (HTTP/1.0) the agent puts the origin's own authority there.
    const written = requestText({ ...whole.head, authority: authority || 'a' }, LIMITS);
    const again = written === undefined ? undefined : parseRequest(written);
    if (again !== undefined) expect(again).toMatchObject({ kind: 'request', head: { method, path, body } });
    return 'request';
  },
});

fuzzes('the fuzzer of response heads finds none that throws or depends on splits', {
  of: ['http/response-head.ts', 'http/response-framing.ts', 'http/head-scan.ts', 'http/field-section.ts'],
  input: fc.tuple(mutated(RESPONSES), cuts, fc.constantFrom('GET', 'HEAD'), fc.boolean()),
  runs: 3_000,
  outcomes: ['response', 'refused'],
  look([text, at, method, upgrade]) {
    const asked = { method, upgrade: upgrade ? 'websocket' : undefined };
    const whole = parseResponse(text, asked);
    expect(parseResponse(text, asked, at)).toEqual(whole);
    return outcomeOf(whole);
  },
});

/** The body that a text comes to when it arrives in pieces of these sizes, and that the decoder wrote nowhere else. */
function decoded(text: string, sizes: readonly number[]) {
  const decoder = new ChunkDecoder(LIMITS, true);
  let body = '';
  let at = 0;
  for (let i = 0; at < text.length && !decoder.done && decoder.fault === undefined; i++) {
    const part = text.slice(at, at + (sizes.length === 0 ? text.length : sizes[i % sizes.length]!));
    const bytes = Buffer.from(`##${part}##`, 'latin1');
    decoder.decode(bytes, 2, part.length);
    expect(bytes.toString('latin1', 0, 2) + bytes.toString('latin1', 2 + part.length)).toBe('####');
    body += bytes.toString('latin1', 2, 2 + decoder.out);
    at += decoder.used;
  }
  return { body, done: decoder.done, fault: decoder.fault, trailers: decoder.fault ? [] : decoder.trailers };
}

fuzzes('the fuzzer of chunked bodies finds none that throws, is written outside its bytes, or depends on splits', {
  of: ['http/chunk-decoder.ts', 'http/trailer-reader.ts'],
  input: fc.tuple(mutated(CHUNKED), fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 })),
  runs: 3_000,
  outcomes: ['whole', 'refused', 'more'],
  look([text, sizes]) {
    const whole = decoded(text, []);
    expect(decoded(text, sizes)).toEqual(whole);
    return whole.fault !== undefined ? 'refused' : whole.done ? 'whole' : 'more';
  },
});
