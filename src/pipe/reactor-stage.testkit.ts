// Where a suite of reactors plays: a fresh reactor for each test, and nothing left open behind it.
import { afterEach, beforeEach } from 'vitest';
import type { Pipe } from '../contract/pipe.ts';
import type { Listener } from '../contract/reactor.ts';
import type { ReactorWorld } from './reactor.suite.ts';

export interface ReactorStage extends ReturnType<ReactorWorld['make']> {
  /** Ended behind the test. */
  readonly listeners: Listener[];
  readonly pipes: Pipe[];
}

export function reactorStage(world: ReactorWorld): ReactorStage {
  const stage: ReactorStage = { ...world.make(), listeners: [], pipes: [] };
  beforeEach(() => {
    Object.assign(stage, world.make());
  });
  afterEach(async () => {
    for (const pipe of stage.pipes.splice(0)) pipe.reset();
    for (const listener of stage.listeners.splice(0)) await listener.close();
  });
  return stage;
}
