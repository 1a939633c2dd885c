// What this program itself throws in the middle of a session: it costs the stream that it met, the others go on.
import { describe, expect, it } from 'vitest';
import type { Pipe } from '../contract/pipe.ts';
import { World } from './world.testkit.ts';

const DEFECT = new Error('a planted defect');
const throws = () => {
  throw DEFECT;
};

/** Streams of one session, of which the second one opened meets a defect in what `plant` made of its origin or visitor. */
async function threeStreams(side: 'agent' | 'gateway', plant: (pipe: Pipe) => Pipe) {
  const defects: unknown[] = [];
  let dialled = 0;
  const world: World = new World({
    memory: { defect: (error) => void defects.push(error) },
    events: {
      agent: {
        opened: () => {
          dialled += 1;
          return side === 'agent' && dialled === 2 ? plant(world.dialOrigin()) : world.dialOrigin();
        },
      },
    },
  });
  await world.established();
  const open = world.gateway.open.bind(world.gateway);
  let visits = 0;
  world.gateway.open = (head, pipe) => {
    visits += 1;
    return open(head, side === 'gateway' && visits === 2 ? plant(pipe) : pipe);
  };
  const visitors = [world.visit(), world.visit(), world.visit()].map(({ visitor }) => visitor);
  world.reactor.run();
  for (const [at, visitor] of visitors.entries()) visitor.say(`from visitor ${at}`);
  world.reactor.run();
  for (const visitor of visitors) visitor.finish();
  world.reactor.run();
  for (const origin of world.origins) origin.say('an answer').finish();
  world.reactor.run();
  world.reactor.advance(1_000);
  return { world, visitors, defects };
}

const PLANTS: readonly (readonly [what: string, side: 'agent' | 'gateway', plant: (pipe: Pipe) => Pipe])[] = [
  ['opening an origin', 'agent', throws],
  ['reading from an origin', 'agent', (pipe) => Object.assign(pipe, { read: throws })],
  ['writing to an origin', 'agent', (pipe) => Object.assign(pipe, { write: throws })],
  ['ending an origin', 'agent', (pipe) => Object.assign(pipe, { end: throws })],
  ['reading from a visitor', 'gateway', (pipe) => Object.assign(pipe, { read: throws })],
  ['writing to a visitor', 'gateway', (pipe) => Object.assign(pipe, { write: throws })],
  ['ending a visitor', 'gateway', (pipe) => Object.assign(pipe, { end: throws })],
];

describe('a defect met in a session', () => {
  it.each(PLANTS)(
    'while %s (at the %s) cuts that stream, is told, and leaves the others whole',
    async (_what, side, plant) => {
      const { world, visitors, defects } = await threeStreams(side, plant);
      expect([defects.length > 0, [...new Set(defects)]]).toEqual([true, [DEFECT]]);
      expect(visitors.map(({ ended }) => ended)).toEqual(['fin', 'reset', 'fin']);
      expect([visitors[0], visitors[2]].map((visitor) => visitor?.received.toString())).toEqual([
        'an answer',
        'an answer',
      ]);
      expect([world.told.gateway.end, world.told.agent.end, world.gateway.stats.streams]).toEqual([
        undefined,
        undefined,
        0,
      ]);
    },
  );

  it('while a message of the peer is handled ends this session with TK-9001, and the other side comes back', async () => {
    const defects: unknown[] = [];
    const memory = { defect: (error: unknown) => void defects.push(error) };
    const world = await new World({ memory, events: { gateway: { control: throws } } }).established();
    world.agent.send({ type: 'withdraw', id: 1 });
    world.reactor.run();
    expect([defects, world.told.gateway.end?.goaway?.code]).toEqual([[DEFECT], 'TK-9001']);
    expect(world.told.agent.end).toMatchObject({ cause: 'goaway', goaway: { code: 'TK-9001', permanent: false } });
  });

  it('while an admission is made known ends this session alone', async () => {
    const defects: unknown[] = [];
    const memory = { defect: (error: unknown) => void defects.push(error) };
    const world = await new World({ memory, events: { gateway: { established: throws } } }).established();
    for (let steps = 0; steps < 50; steps++) {
      world.reactor.advance(10);
      await Promise.resolve();
    }
    expect([defects, world.told.gateway.end?.goaway?.code]).toEqual([[DEFECT], 'TK-9001']);
  });
});
