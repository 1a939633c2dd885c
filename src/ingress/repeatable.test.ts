import fc from 'fast-check';
import { expect, it } from 'vitest';
import { END } from '../contract/pipe.ts';
import { STREAM_CODE } from '../contract/stream.ts';
import { makeArena } from '../pipe/arena.ts';
import { Repeatable } from './repeatable.ts';
import type { VisitorMessage } from './visitor-message.ts';
import { response } from './visitors.testkit.ts';

/** A message whose body is there from the beginning. */
function messageOf(body: Buffer): VisitorMessage {
  let at = 0;
  const message = {
    ...{ cause: undefined, responding: false, trailers: undefined, owner: undefined },
    get more() {
      return at < body.length;
    },
    read(into: { readonly bytes: Buffer }, to: number, max: number) {
      const count = body.copy(into.bytes, to, at, at + max);
      at += count;
      return count === 0 ? END : count;
    },
    want: () => {},
    reset: () => {},
    writeHead: () => 1,
  };
  return message as unknown as VisitorMessage;
}

it('is read whole by the last of several streams, in any pieces, also when its answer begins before it has read everything', () => {
  const arena = makeArena(256);
  const someReads = fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 12 });
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 600 }),
      fc.array(someReads, { minLength: 1, maxLength: 4 }),
      fc.nat(12),
      (bytes, streams, headAfter) => {
        const body = Buffer.from(bytes);
        const budget = { bytes: 0, bytesMax: 4_096, bodyBytesMax: 4_096 };
        const later: (() => void)[] = [];
        const host = { givenBack: () => {}, later: (work: () => void) => later.push(work) };
        const request = new Repeatable(messageOf(body), budget, host);
        for (const reads of streams) {
          for (const max of reads) request.read(arena, 0, max);
          request.reset(STREAM_CODE.originRefused);
        }
        const got: Buffer[] = [];
        for (let read = 0; ; read += 1) {
          if (read === headAfter) request.writeHead(response(200));
          const count = request.read(arena, 3, 100);
          if (count === END) break;
          got.push(Buffer.from(arena.bytes.subarray(3, 3 + count)));
        }
        expect(Buffer.concat(got)).toEqual(body);
        request.drop();
        expect(budget.bytes).toBe(0);
      },
    ),
  );
});

it('tells of what it has kept, and of an end that was told before, once somebody wants to read', () => {
  const told: string[] = [];
  const later: (() => void)[] = [];
  const inner = messageOf(Buffer.from('abc'));
  const host = { givenBack: () => {}, later: (work: () => void) => void later.push(work) };
  const request = new Repeatable(inner, { bytes: 0, bytesMax: 4_096, bodyBytesMax: 4_096 }, host);
  const arena = makeArena(16);
  const drain = () => {
    for (let count = 1; count > 0; ) {
      count = request.read(arena, 0, 2);
      told.push(count > 0 ? arena.bytes.toString('latin1', 0, count) : 'end');
    }
  };
  drain();
  request.reset(STREAM_CODE.unavailable);
  expect(request.more).toBe(true);
  request.owner = { readable: drain, writable: () => {} };
  request.want(true, false);
  while (later.length > 0 && told.length < 20) later.shift()!();
  expect(told).toEqual(['ab', 'c', 'end', 'ab', 'c', 'end']);
});
