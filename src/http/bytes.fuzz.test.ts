// Bytes of any kind at the parsers of heads and of chunked bodies: nothing is thrown, nothing outgrows its bound, splits change nothing,
// and what was taken is written again as something that is taken for the same.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ChunkDecoder } from './chunk-decoder.ts';
import { requestText } from './head-text.ts';
import { LIMITS, parseRequest, parseResponse } from './heads.testkit.ts';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0);
const SEED = process.env.FUZZ_SEED === undefined ? {} : { seed: Number(process.env.FUZZ_SEED) };
const BUDGET = {
  ...SEED,
  ...(SECONDS > 0 ? { numRuns: 1e9, interruptAfterTimeLimit: SECONDS * 1_000 } : { numRuns: 3_000 }),
};
const timeout = 60_000 + SECONDS * 1_000;

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

describe('the byte fuzzer of http', () => {
  it('finds no request head that throws, depends on splits, or changes when it is written again', { timeout }, () => {
    const seen = { taken: 0, refused: 0 };
    fc.assert(
      fc.property(mutated(REQUESTS), cuts, (text, at) => {
        const whole = parseRequest(text);
        expect(parseRequest(text, 'http', at)).toEqual(whole);
        seen[whole?.kind === 'request' ? 'taken' : 'refused'] += 1;
        if (whole?.kind !== 'request') return;
        expect(whole.head.fields.length / 2).toBeLessThanOrEqual(LIMITS.fieldCount);
        // Without a Host (HTTP/1.0) the agent puts the origin's own authority there.
        const written = requestText({ ...whole.head, authority: whole.head.authority || 'a' }, LIMITS);
        const again = written === undefined ? undefined : parseRequest(written);
        if (again !== undefined)
          expect(again).toMatchObject({
            kind: 'request',
            head: { method: whole.head.method, path: whole.head.path, body: whole.head.body },
          });
      }),
      BUDGET,
    );
    console.log(`request heads: ${JSON.stringify(seen)}`);
    expect(Math.min(seen.taken, seen.refused)).toBeGreaterThan(0);
  });

  it('finds no response head that throws or depends on splits', { timeout }, () => {
    fc.assert(
      fc.property(
        mutated(RESPONSES),
        cuts,
        fc.constantFrom('GET', 'HEAD'),
        fc.boolean(),
        (text, at, method, upgrade) => {
          const asked = { method, upgrade: upgrade ? 'websocket' : undefined };
          expect(parseResponse(text, asked, at)).toEqual(parseResponse(text, asked));
        },
      ),
      BUDGET,
    );
  });

  it('finds no chunked body that throws, writes outside its bytes, or depends on splits', { timeout }, () => {
    const decode = (text: string, sizes: readonly number[]) => {
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
    };
    fc.assert(
      fc.property(mutated(CHUNKED), fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 5 }), (text, sizes) => {
        expect(decode(text, sizes)).toEqual(decode(text, []));
      }),
      BUDGET,
    );
  });
});
