import { pipeSuite } from '../pipe.suite.ts';
import { memoryWorld, pairWorld } from './worlds.testkit.ts';

pipeSuite(pairWorld('a pair told by setImmediate', setImmediate, { bufferBytes: 65_536, bulkBytes: 10 * 2 ** 20 }));
pipeSuite(
  pairWorld('a pair of 8 bytes told by queueMicrotask', queueMicrotask, { bufferBytes: 8, bulkBytes: 100_000 }),
);
pipeSuite(memoryWorld({ seed: 1, bulkBytes: 2 ** 20 }));
pipeSuite(memoryWorld({ seed: 2, bulkBytes: 20_000, bufferBytes: 8, splitBytesMax: 3, delayMsMax: 5 }));
pipeSuite(memoryWorld({ seed: 3, bulkBytes: 2 ** 20, bufferBytes: 5_000, splitBytesMax: 3_000, delayMsMax: 20 }));
pipeSuite(memoryWorld({ seed: 4, bulkBytes: 60_000, splitBytesMax: 50, stallChance: 0.01, stallMsMax: 400 }));
pipeSuite(memoryWorld({ seed: 5, bulkBytes: 20_000, bufferBytes: 9, delayMsMax: 3, overtakeChance: 1 }));
