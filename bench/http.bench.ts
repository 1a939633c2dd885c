/** Nanoseconds for what `http` does for every request, and for every body byte that comes in chunks. */
import { performance } from 'node:perf_hooks';
import { limitValues } from '../src/contract/limits.ts';
import { ChunkDecoder } from '../src/http/chunk-decoder.ts';
import { requestText, responseText } from '../src/http/head-text.ts';
import { type ParsedRequest, RequestHeadParser } from '../src/http/request-head.ts';
import { type ParsedResponse, ResponseHeadParser } from '../src/http/response-head.ts';

export interface BenchResult {
  readonly name: string;
  readonly nanoseconds: number;
}

const LIMITS = limitValues();

// What wrk sends, and what a browser sends and a common web server answers.
const SHORT = Buffer.from('GET / HTTP/1.1\r\nHost: app.example.com\r\n\r\n');
const REQUEST = Buffer.from(
  [
    'GET /assets/app/main.3f9c1e.js?v=20260101 HTTP/1.1',
    'Host: app.example.com',
    'Connection: keep-alive',
    'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    'Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8',
    'Accept-Language: en-GB,en;q=0.9,de;q=0.8',
    'Accept-Encoding: gzip, deflate, br, zstd',
    'Referer: https://app.example.com/dashboard',
    'Cookie: sid=4f0c2b9e7d; theme=dark; consent=1; lang=en',
    'Sec-Fetch-Dest: script',
    'Sec-Fetch-Mode: no-cors',
    'Sec-Fetch-Site: same-origin',
    'If-None-Match: "3f9c1e-5d2a"',
    'If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT',
    '\r\n',
  ].join('\r\n'),
);
const RESPONSE = Buffer.from(
  [
    'HTTP/1.1 200 OK',
    'Server: nginx/1.29.0',
    'Date: Thu, 01 Jan 2026 00:00:00 GMT',
    'Content-Type: text/javascript; charset=utf-8',
    'Content-Length: 48213',
    'Last-Modified: Wed, 31 Dec 2025 23:00:00 GMT',
    'Connection: keep-alive',
    'ETag: "3f9c1e-5d2a"',
    'Cache-Control: public, max-age=31536000, immutable',
    'Strict-Transport-Security: max-age=63072000; includeSubDomains',
    'Accept-Ranges: bytes',
    '\r\n',
  ].join('\r\n'),
);
const CHUNK_BYTES = 16_384;
const CHUNKS = 16;

function measure(name: string, times: number, work: () => unknown): BenchResult {
  const repeat = (count: number) => {
    for (let i = 0; i < count; i++) if (work() === undefined) throw new Error(`${name} did nothing`);
  };
  repeat(Math.min(times, 20_000));
  const begin = performance.now();
  repeat(times);
  return { name, nanoseconds: ((performance.now() - begin) * 1e6) / times };
}

/** 256 KiB as an origin sends them, in chunks of 16 KiB; copied in anew for each decoding, because it is done in place. */
function chunkedDecoding(): { readonly bytes: number; decode(): number } {
  const chunk = Buffer.concat([Buffer.from('4000\r\n'), Buffer.alloc(CHUNK_BYTES, 0x78), Buffer.from('\r\n')]);
  const source = Buffer.concat([...new Array<Buffer>(CHUNKS).fill(chunk), Buffer.from('0\r\n\r\n')]);
  const arena = Buffer.alloc(source.length);
  return {
    bytes: CHUNKS * CHUNK_BYTES,
    decode: () => {
      source.copy(arena);
      const decoder = new ChunkDecoder(LIMITS, true);
      decoder.decode(arena, 0, arena.length);
      if (!decoder.done) throw new Error('the body was not decoded');
      return decoder.out;
    },
  };
}

/** Runs heads `iterations` / 10 times and bodies `iterations` / 1000 times, and answers what one took. */
export function run(iterations: number): readonly BenchResult[] {
  const heads = Math.ceil(iterations / 10);
  const requests = new RequestHeadParser(LIMITS, 'http');
  const { head: request } = requests.parse(REQUEST, 0, REQUEST.length) as ParsedRequest;
  const asked = { method: 'GET', upgrade: undefined };
  const responses = new ResponseHeadParser(LIMITS, asked);
  const { head: response } = responses.parse(RESPONSE, 0, RESPONSE.length) as ParsedResponse;
  const framing = { body: 'length', length: 48_213, connection: undefined } as const;
  const into = Buffer.alloc(16_384);
  const chunked = chunkedDecoding();
  return [
    measure('request head of one field parsed', heads, () => requests.parse(SHORT, 0, SHORT.length)),
    measure('request head of 13 fields parsed', heads, () => requests.parse(REQUEST, 0, REQUEST.length)),
    measure('response head of 10 fields parsed', heads, () => responses.parse(RESPONSE, 0, RESPONSE.length)),
    measure('request head of 11 fields written', heads, () =>
      into.write(requestText(request, LIMITS) as string, 0, 'latin1'),
    ),
    measure('response head of 8 fields written', heads, () =>
      into.write(responseText(response, framing, LIMITS) as string, 0, 'latin1'),
    ),
    measure(`${chunked.bytes} bytes in chunks of 16 KiB decoded`, Math.ceil(iterations / 1_000), chunked.decode),
  ];
}

if (import.meta.main) {
  for (const { name, nanoseconds } of run(5_000_000)) console.log(`${nanoseconds.toFixed(1).padStart(9)} ns  ${name}`);
}
