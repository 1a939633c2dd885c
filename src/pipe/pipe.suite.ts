// The contract of pipes, as tests that run in every world. Worlds differ only in what they declare.
import { afterAll, beforeAll, describe } from 'vitest';
import { bytesSuite } from './pipe-bytes.suite.ts';
import { defectsSuite } from './pipe-defects.suite.ts';
import { endingsSuite } from './pipe-endings.suite.ts';
import { tellingSuite } from './pipe-telling.suite.ts';
import type { Ground, PipeWorld } from './world.testkit.ts';

export function pipeSuite(world: PipeWorld): void {
  describe(`a pipe in ${world.name}`, () => {
    let opened: Ground | undefined;
    const ground = (): Ground => {
      if (opened === undefined) throw new Error('the world is not open');
      return opened;
    };
    beforeAll(async () => {
      opened = await world.open();
    });
    // Fails if a socket or a listener is left.
    afterAll(() => opened?.close());
    bytesSuite(world, ground);
    endingsSuite(world, ground);
    tellingSuite(world, ground);
    defectsSuite(world, ground);
  });
}
