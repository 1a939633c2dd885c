// The worlds inside the process: a plain pair, and reactors that do their worst by a seed.
import { expect } from 'vitest';
import { type Pipe, RESET } from '../../contract/pipe.ts';
import { type Ground, type PipeWorld, turns, untilInTurns } from '../world.testkit.ts';
import { makePair } from './pair.ts';
import { type MemoryOptions, makeMemoryReactor } from './reactor.ts';

/** Steps of 50 ms: enough for every stall a seed can make. */
const STEPS_MAX = 100_000;

export function pairWorld(
  name: string,
  schedule: (turn: () => void) => void,
  { bufferBytes, bulkBytes }: { readonly bufferBytes: number; readonly bulkBytes: number },
): PipeWorld {
  const defects: unknown[] = [];
  const pair = async () => makePair(schedule, bufferBytes, (error) => void defects.push(error));
  const ground: Ground = {
    pair,
    cuttable: async () => {
      const [pipe, other] = await pair();
      return { pipe, cut: () => other.reset() };
    },
    until: untilInTurns,
    rest: () => turns(10),
    defects,
    close: async () => expect(defects).toEqual([]),
  };
  return {
    name,
    resets: 'reset',
    cutReads: RESET,
    heldBytesMax: bufferBytes,
    bulkBytes,
    open: async () => ground,
  };
}

export function memoryWorld(options: MemoryOptions & { readonly bulkBytes: number }): PipeWorld {
  const bufferBytes = options.bufferBytes ?? 65_536;
  return {
    name: `memory ${JSON.stringify(options)}`,
    resets: 'reset',
    cutReads: RESET,
    heldBytesMax: bufferBytes,
    bulkBytes: options.bulkBytes,
    open: () => openMemory(options),
  };
}

async function openMemory(options: MemoryOptions): Promise<Ground> {
  const defects: unknown[] = [];
  const reactor = makeMemoryReactor({ ...options, defect: (error) => void defects.push(error) });
  const arrived: Pipe[] = [];
  const address = { host: 'localhost', port: 80 };
  const listener = await reactor.listen(address, {}, ({ pipe }) => arrived.push(pipe));
  const until = async (fact: () => boolean): Promise<void> => {
    for (let step = 0; !fact(); step++) {
      if (step === STEPS_MAX) throw new Error(`it never became so: ${fact}`);
      reactor.advance(50);
      // Node's streams, where they stand above pipes, move in real turns.
      await turns(1);
    }
  };
  const pair = async (): Promise<readonly [Pipe, Pipe]> => {
    const near = reactor.dial(address, { timeoutMs: 60_000 });
    const count = arrived.length;
    await until(() => arrived.length > count);
    return [near, arrived.at(-1) as Pipe];
  };
  return {
    pair,
    cuttable: async () => {
      const [, pipe] = await pair();
      return { pipe, cut: () => reactor.cut(pipe) };
    },
    until,
    rest: async () => {
      reactor.advance(5_000);
      reactor.run();
    },
    defects,
    close: async () => {
      expect(defects).toEqual([]);
      await listener.close();
    },
  };
}
