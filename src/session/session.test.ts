import { beforeEach, describe, expect, it } from 'vitest';
import { STREAM_CODE } from '../contract/stream.ts';
import { TCP_HEAD, WELCOME, World } from './world.testkit.ts';

describe('two sessions over a plain link', () => {
  let world: World;
  beforeEach(async () => {
    world = await new World().established();
  });

  it('are established on both ends with the same welcome', () => {
    expect(world.told.gateway.welcome).toEqual(WELCOME);
    expect(world.told.agent.welcome).toEqual(WELCOME);
  });

  it('carry bytes both ways and both ends', () => {
    const { visitor, stream } = world.visit();
    visitor.say('question').finish();
    world.reactor.run();
    const origin = world.origins[0]!;
    expect(stream?.opened).toBe(true);
    expect(world.told.agent.heads).toEqual([TCP_HEAD]);
    expect([origin.received.toString(), origin.ended]).toEqual(['question', 'fin']);
    origin.say('answer').finish();
    world.reactor.run();
    expect([visitor.received.toString(), visitor.ended]).toEqual(['answer', 'fin']);
    expect([world.gateway.stats.streams, world.agent.stats.streams]).toEqual([0, 0]);
  });

  it('tell a reset of the visitor to the origin, and one of the origin to the visitor', () => {
    const first = world.visit();
    const second = world.visit();
    first.visitor.say('a');
    second.visitor.say('b');
    world.reactor.run();
    const [toFirst, toSecond] = world.origins;
    first.visitor.reset();
    toSecond!.reset();
    world.reactor.run();
    expect([toFirst!.ended, second.visitor.ended]).toEqual(['reset', 'reset']);
    expect([world.gateway.stats.streams, world.agent.stats.streams]).toEqual([0, 0]);
  });

  it('end both ways at once when the opener cancels', () => {
    const { visitor, stream } = world.visit();
    world.reactor.run();
    stream!.cancel(STREAM_CODE.originTimeout);
    world.reactor.run();
    expect([visitor.ended, world.origins[0]!.ended]).toEqual(['reset', 'reset']);
  });

  it('hold no arena while idle', () => {
    world.visit().visitor.say('x');
    world.reactor.run();
    expect(world.arenas.lent).toBe(0);
  });

  it('know their round trip', () => {
    expect(world.gateway.stats.rttMs).toBeTypeOf('number');
    expect(world.agent.stats.rttMs).toBeTypeOf('number');
  });
});
