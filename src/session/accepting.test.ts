import { describe, expect, it } from 'vitest';
import type { Pipe, PipeCause } from '../contract/pipe.ts';
import { STREAM_CODE, type StreamCode } from '../contract/stream.ts';
import { originCode, visitorCode } from './pipe-cause.ts';
import { TCP_HEAD, World } from './world.testkit.ts';

/** What the visitor's pipe is told when the agent answers so. */
async function codeAt(opened: (world: World) => Pipe | StreamCode): Promise<unknown> {
  const world: World = new World({ events: { agent: { opened: () => opened(world) } } });
  await world.established();
  const [, far] = world.pair();
  const codes: unknown[] = [];
  const { reset } = far;
  far.reset = (code) => {
    codes.push(code);
    reset.call(far, code);
  };
  world.gateway.open(TCP_HEAD, far);
  world.reactor.run();
  world.reactor.advance(20_000);
  expect([world.gateway.stats.streams, world.agent.stats.streams]).toEqual([0, 0]);
  return codes[0];
}

describe('a stream that cannot be served', () => {
  it('is refused with the code that was given', async () => {
    expect(await codeAt(() => STREAM_CODE.refused)).toBe(STREAM_CODE.refused);
  });

  it('says that nothing listens at the origin', async () => {
    const dial = (world: World) => world.reactor.dial({ host: 'x', port: 9 }, { timeoutMs: 10_000 });
    expect(await codeAt(dial)).toBe(STREAM_CODE.originRefused);
  });

  it('says that connecting took too long', async () => {
    const dial = (world: World) => {
      const pipe = world.reactor.dial({ host: 'x', port: 9 }, { timeoutMs: 10_000 });
      world.reactor.stall(pipe);
      return pipe;
    };
    expect(await codeAt(dial)).toBe(STREAM_CODE.originConnectTimeout);
  });
});

describe('a broken pipe', () => {
  it.each<[PipeCause | undefined, boolean, keyof typeof STREAM_CODE]>([
    ['refused', false, 'originRefused'],
    ['unreachable', false, 'originUnreachable'],
    ['dns', false, 'originUnreachable'],
    ['timeout', false, 'originConnectTimeout'],
    ['timeout', true, 'originTimeout'],
    ['tls', false, 'originTls'],
    ['malformed', true, 'originMalformed'],
    ['truncated', true, 'originReset'],
    ['reset', true, 'originReset'],
    ['local', true, 'originReset'],
    [undefined, true, 'originReset'],
  ])('of an origin by %s (reached: %s) is %s', (cause, connected, name) => {
    expect(originCode(cause, connected)).toBe(STREAM_CODE[name]);
  });

  it.each<[PipeCause | undefined, keyof typeof STREAM_CODE]>([
    ['reset', 'cancelled'],
    ['truncated', 'cancelled'],
    ['malformed', 'visitorMalformed'],
    ['timeout', 'visitorTimeout'],
    [undefined, 'cancelled'],
  ])('of a visitor by %s is %s', (cause, name) => {
    expect(visitorCode(cause)).toBe(STREAM_CODE[name]);
  });
});
