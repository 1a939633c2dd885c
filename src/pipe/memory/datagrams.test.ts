import { expect } from 'vitest';
import { datagramSuite } from '../datagrams.suite.ts';
import { makeMemoryReactor } from './reactor.ts';

for (const options of [{ seed: 1 }, { seed: 2, delayMsMax: 30 }]) {
  datagramSuite({
    name: `memory ${JSON.stringify(options)}`,
    make: () => {
      const reactor = makeMemoryReactor(options);
      const until = async (fact: () => boolean): Promise<void> => {
        for (let step = 0; !fact() && step < 1_000; step++) reactor.advance(10);
        expect(fact()).toBe(true);
      };
      return { reactor, until };
    },
  });
}
