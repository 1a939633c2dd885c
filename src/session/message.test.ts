import { beforeEach, describe, expect, it } from 'vitest';
import type { RequestHead, ResponseHead } from '../contract/message.ts';
import { STREAM_CODE, type StreamHead } from '../contract/stream.ts';
import { HandMessage } from './message.testkit.ts';
import { World } from './world.testkit.ts';

const REQUEST: RequestHead = {
  kind: 'request',
  method: 'POST',
  scheme: 'https',
  authority: 'shop.test',
  path: '/',
  fields: ['accept', '*/*'],
  body: 'chunked',
  length: -1,
  upgrade: undefined,
  acceptsTrailers: true,
};
const OPEN: StreamHead = { kind: 'http', exposure: 3, visitor: '192.0.2.1:5', request: REQUEST };
const EARLY: ResponseHead = {
  kind: 'response',
  status: 103,
  fields: ['link', '</a.css>'],
  body: 'none',
  length: -1,
  upgrade: undefined,
};
const FINAL: ResponseHead = { ...EARLY, status: 200, fields: ['content-type', 'text/plain'], body: 'chunked' };
const TRAILERS = { trailers: ['x-sum', '1'] };

describe('a stream of messages', () => {
  let world: World;
  let visitor: HandMessage;
  let origin: HandMessage;
  beforeEach(async () => {
    world = new World({
      limits: { interimResponses: 2, streamWindowBytes: 16, streamWindowBytesMax: 16 },
      events: {
        agent: {
          opened: (head) => {
            world.told.agent.heads.push(head);
            return origin;
          },
        },
      },
    });
    await world.established();
    visitor = new HandMessage(world.reactor);
    origin = new HandMessage(world.reactor);
    world.gateway.open(OPEN, visitor);
    world.reactor.run();
    world.reactor.advance(1);
  });
  const rest = () => {
    world.reactor.run();
    world.reactor.advance(5);
  };

  it('carries the request in OPEN, field by field', () => {
    expect(world.told.agent.heads).toEqual([OPEN]);
  });

  it('carries body, trailers and end of the request', () => {
    visitor.bring(Buffer.from('body'), TRAILERS, 'end');
    rest();
    expect(origin.written).toEqual(['body', TRAILERS, 'end']);
  });

  it('carries interim and final heads, body, trailers and end of the response, in their order', () => {
    origin.bring(EARLY, FINAL, Buffer.from('abc'), TRAILERS, 'end');
    visitor.bring('end');
    rest();
    expect(visitor.written).toEqual([EARLY, FINAL, 'abc', TRAILERS, 'end', 'close']);
    expect(origin.written).toEqual(['end', 'close']);
    expect(world.gateway.stats.streams).toBe(0);
  });

  it('keeps trailers and end behind bytes that a slow visitor has not taken', () => {
    visitor.room = 3;
    origin.bring(FINAL, Buffer.from('abcdefgh'), TRAILERS, 'end');
    rest();
    expect(visitor.written).toEqual([FINAL, 'abc']);
    expect(world.gateway.stats.overflowBytes).toBeGreaterThan(1_024);
    visitor.makeRoom(100);
    rest();
    expect(visitor.written).toEqual([FINAL, 'abc', 'defgh', TRAILERS, 'end']);
    expect(world.gateway.stats.overflowBytes).toBe(0);
  });

  it('is broken by an origin that announces for ever', () => {
    origin.bring(EARLY, EARLY, EARLY, EARLY);
    rest();
    // The bound is of interim heads alone; the final one comes on top.
    expect(visitor.written).toEqual([EARLY, EARLY, { reset: STREAM_CODE.originMalformed }]);
    expect(origin.written.at(-1)).toEqual({ reset: STREAM_CODE.protocol });
    expect(world.told.gateway.end).toBeUndefined();
  });

  it('carries as many interim heads as the bound says, and the final one', () => {
    origin.bring(EARLY, EARLY, FINAL, 'end');
    rest();
    expect(visitor.written).toEqual([EARLY, EARLY, FINAL, 'end']);
  });

  it('is broken by a head behind the body', () => {
    origin.bring(FINAL, Buffer.from('a'), FINAL);
    rest();
    expect(visitor.written.at(-1)).toEqual({ reset: STREAM_CODE.originMalformed });
  });

  it('is broken by a body behind trailers', () => {
    origin.bring(FINAL, TRAILERS, Buffer.from('a'));
    rest();
    expect(visitor.written.at(-1)).toEqual({ reset: STREAM_CODE.originMalformed });
  });

  it('is broken by a head that the visitor cannot be told', () => {
    visitor.takes = -2;
    origin.bring(FINAL);
    rest();
    expect(visitor.written.at(-1)).toEqual({ reset: STREAM_CODE.originMalformed });
    expect(origin.written.at(-1)).toMatchObject({ reset: expect.any(Number) });
  });

  it('is broken by a head too large for any frame', () => {
    origin.bring({ ...FINAL, fields: ['x', 'y'.repeat(65_535)] });
    rest();
    expect(visitor.written.at(-1)).toEqual({ reset: STREAM_CODE.originMalformed });
    expect(origin.written.at(-1)).toEqual({ reset: STREAM_CODE.originMalformed });
  });

  it('tells the visitor that the answer of the origin was malformed', () => {
    origin.break('malformed');
    rest();
    expect(visitor.written).toEqual([{ reset: STREAM_CODE.originMalformed }]);
  });

  it('tells the origin that the message of the visitor was malformed', () => {
    visitor.break('malformed');
    rest();
    expect(origin.written).toEqual([{ reset: STREAM_CODE.visitorMalformed }]);
  });
});

describe('a bare stream', () => {
  it('is broken by a head or trailers', async () => {
    for (const part of [FINAL, TRAILERS]) {
      const world: World = new World({ events: { agent: { opened: () => origin } } });
      await world.established();
      const origin = new HandMessage(world.reactor);
      const { visitor } = world.visit();
      origin.bring(part);
      world.reactor.run();
      world.reactor.advance(5);
      expect(visitor.ended).toBe('reset');
      expect(world.told.gateway.end).toBeUndefined();
    }
  });
});
