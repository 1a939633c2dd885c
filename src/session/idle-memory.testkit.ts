/** A program: prints what 1,000 idle streams cost their two sessions, beside the pipes. Run with `--expose-gc`. */
import type { Pipe, PipeOwner } from '../contract/pipe.ts';
import { TCP_HEAD, World } from './world.testkit.ts';

const STREAMS = 1_000;

/** A pipe that costs next to nothing and never has anything to say. */
class StillPipe implements Pipe {
  owner: PipeOwner | undefined;
  readonly more = false;
  readonly cause = undefined;
  read(): number {
    return 0;
  }
  write(_from: unknown, _at: number, length: number): number {
    return length;
  }
  end(): void {}
  reset(): void {}
  close(): void {}
  want(): void {}
}

function heldBytes(): number {
  if (globalThis.gc === undefined) throw new Error('run it with --expose-gc');
  for (let i = 0; i < 3; i++) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const accepted: StillPipe[] = [];
const world = new World({
  events: {
    agent: {
      opened: () => {
        const pipe = new StillPipe();
        accepted.push(pipe);
        return pipe;
      },
    },
  },
});
await world.established();

function openStreams(): void {
  const from = accepted.length;
  for (let i = 0; i < STREAMS; i++) world.gateway.open(TCP_HEAD, new StillPipe());
  world.reactor.run();
  for (const pipe of accepted.slice(from)) pipe.owner?.writable();
  world.reactor.run();
}

// The first thousand also makes code, arenas and arrays; the second shows what a stream costs.
openStreams();
const before = heldBytes();
openStreams();
const bytes = heldBytes() - before;
if (world.gateway.stats.streams !== 2 * STREAMS || world.agent.stats.streams !== 2 * STREAMS) {
  throw new Error('not all streams are open');
}
if (world.arenas.lent !== 0) throw new Error('an idle session holds an arena');
console.log(JSON.stringify({ streams: STREAMS, bytesPerStreamAndSide: Math.round(bytes / STREAMS / 2) }));
