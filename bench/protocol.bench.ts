/** Nanoseconds for what `protocol` does for every frame (headers) and for every request (heads). */
import { performance } from 'node:perf_hooks';
import { limitValues } from '../src/contract/limits.ts';
import type { RequestHead, ResponseHead } from '../src/contract/message.ts';
import type { StreamHead } from '../src/contract/stream.ts';
import {
  checkHeader,
  FRAME,
  frameBounds,
  frameLength,
  frameStream,
  frameType,
  HEADER_BYTES,
  writeHeader,
} from '../src/protocol/frame.ts';
import { decodeResponseHead, encodeResponseHead } from '../src/protocol/head.ts';
import { decodeOpen, encodeOpen } from '../src/protocol/open.ts';
import { OPENER, streamId } from '../src/protocol/stream-id.ts';

export interface BenchResult {
  readonly name: string;
  readonly nanoseconds: number;
}

// What a browser sends and a common web server answers: 13 and 11 fields, about 700 and 450 bytes.
const REQUEST: RequestHead = {
  kind: 'request',
  method: 'GET',
  scheme: 'https',
  authority: 'app.example.com',
  path: '/assets/app/main.3f9c1e.js?v=20260101',
  body: 'none',
  length: -1,
  upgrade: undefined,
  acceptsTrailers: false,
  fields: [
    ...[
      'User-Agent',
      'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
    ],
    ...['Accept', 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8'],
    ...['Accept-Language', 'en-GB,en;q=0.9,de;q=0.8', 'Accept-Encoding', 'gzip, deflate, br, zstd'],
    ...['Referer', 'https://app.example.com/dashboard', 'Cookie', 'sid=4f0c2b9e7d; theme=dark; consent=1; lang=en'],
    ...['Sec-Fetch-Dest', 'script', 'Sec-Fetch-Mode', 'no-cors', 'Sec-Fetch-Site', 'same-origin'],
    ...['If-None-Match', '"3f9c1e-5d2a"', 'If-Modified-Since', 'Thu, 01 Jan 2026 00:00:00 GMT'],
    ...['Cache-Control', 'max-age=0', 'Priority', 'u=1'],
  ],
};

const OPEN: StreamHead = { kind: 'http', exposure: 1, visitor: '203.0.113.7:49152', request: REQUEST };

const RESPONSE: ResponseHead = {
  kind: 'response',
  status: 200,
  body: 'length',
  length: 48_213,
  upgrade: undefined,
  fields: [
    ...[
      'Server',
      'nginx/1.29.0',
      'Date',
      'Thu, 01 Jan 2026 00:00:00 GMT',
      'Content-Type',
      'text/javascript; charset=utf-8',
    ],
    ...['Last-Modified', 'Wed, 31 Dec 2025 23:00:00 GMT', 'ETag', '"3f9c1e-5d2a"', 'Vary', 'Accept-Encoding'],
    ...['Cache-Control', 'public, max-age=31536000, immutable', 'X-Content-Type-Options', 'nosniff'],
    ...['Strict-Transport-Security', 'max-age=63072000; includeSubDomains', 'Accept-Ranges', 'bytes'],
    ...['Content-Security-Policy', "default-src 'self'; img-src 'self' data:; object-src 'none'"],
  ],
};

const FIELDS_MAX = 100;
const FRAMES = 1_024;
const arena = Buffer.alloc(64 * 1_024);

function measure(name: string, times: number, work: (times: number) => number): BenchResult {
  work(Math.min(times, 20_000));
  const begin = performance.now();
  const made = work(times);
  const nanoseconds = ((performance.now() - begin) * 1e6) / times;
  if (made < times) throw new Error(`${name} did ${made} of ${times}`);
  return { name, nanoseconds };
}

function writeHeaders(times: number): number {
  for (let i = 0; i < times; i++)
    writeHeader(arena, (i % FRAMES) * HEADER_BYTES, 16_384, FRAME.DATA, streamId(1, i & 0xff, OPENER.gateway));
  return times;
}

function parseHeaders(times: number): number {
  const bounds = frameBounds(limitValues(), false);
  let legal = 0;
  for (let i = 0; i < times; i++) {
    const at = (i % FRAMES) * HEADER_BYTES;
    if (checkHeader(frameLength(arena, at), frameType(arena, at), frameStream(arena, at), bounds) === undefined)
      legal++;
  }
  return legal;
}

/** Runs each `iterations` times (heads a tenth of that) and answers what one took. */
export function run(iterations: number): readonly BenchResult[] {
  const heads = Math.ceil(iterations / 10);
  const repeat = (work: () => unknown) => (times: number) => {
    let done = 0;
    for (; done < times; done++) work();
    return done;
  };
  writeHeaders(FRAMES);
  const results = [
    measure('frame header written', iterations, writeHeaders),
    measure('frame header parsed and checked', iterations, parseHeaders),
  ];
  const open = encodeOpen(OPEN, arena, 0, arena.length);
  results.push(
    measure(
      'OPEN with 13 fields encoded',
      heads,
      repeat(() => encodeOpen(OPEN, arena, 0, arena.length)),
    ),
  );
  results.push(
    measure(
      'OPEN with 13 fields decoded',
      heads,
      repeat(() => decodeOpen(arena, 0, open, FIELDS_MAX)),
    ),
  );
  const head = encodeResponseHead(RESPONSE, arena, 0, arena.length);
  results.push(
    measure(
      'HEAD with 11 fields encoded',
      heads,
      repeat(() => encodeResponseHead(RESPONSE, arena, 0, arena.length)),
    ),
  );
  results.push(
    measure(
      'HEAD with 11 fields decoded',
      heads,
      repeat(() => decodeResponseHead(arena, 0, head, FIELDS_MAX)),
    ),
  );
  return results;
}

if (import.meta.main) {
  for (const { name, nanoseconds } of run(5_000_000)) console.log(`${nanoseconds.toFixed(1).padStart(9)} ns  ${name}`);
}
