// What idle agents and idle streams cost a gateway, as the system counts it: `node bench/idle-agents.ts [AGENTS] [STREAMS]`, 1,000 agents
// over TLS with 10 streams each unless it is said. A stream is a visit that waits for its answer, and so has a visitor's connection too.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { idleAgent, many, nameOf } from '../src/cli/program/idle-agent.testkit.ts';
import { memoryOf } from '../src/cli/program/memory.testkit.ts';
import { EXECUTABLE, World } from '../src/cli/program/program.testkit.ts';
import type { MessagePipe } from '../src/contract/message.ts';
import { parseJoinLink } from '../src/identity/join-link.ts';

const [agents = 1_000, streams = 10] = process.argv.slice(2).map(Number);
/** The first ones pay for code and tables that all share. */
const WARM_UP = 50;
/** Below what a gateway admits in a second. */
const BATCH = 100;
const KIB = 1_024;

/** Takes the head of a request, and never answers. */
const SILENT: MessagePipe = {
  owner: undefined,
  more: false,
  cause: undefined,
  carries: 'messages',
  head: undefined,
  trailers: undefined,
  read: () => 0,
  write: (_from, _at, length) => length,
  writeHead: () => 1,
  writeTrailers: () => 1,
  end() {},
  reset() {},
  close() {},
  want() {},
};

const world = new World(EXECUTABLE);
const gateway = await world.serve();
const join = parseJoinLink(gateway.ready.join);
const port = Number(gateway.ready.http.split(':').at(-1));
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Proportional memory once it has settled. */
async function memory(): Promise<number> {
  await rest(3_000);
  return memoryOf(gateway.running, 'Pss');
}

async function admit(from: number, count: number): Promise<void> {
  for (let done = 0; done < count; done += BATCH) {
    await many(Math.min(BATCH, count - done), (n) => idleAgent(join, from + done + n, () => ({ ...SILENT })));
    await rest(1_000);
  }
}

async function visitor(request: string, answered: boolean): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write(request);
  if (answered) await once(socket, 'data');
  return socket;
}

const waiting = (number: number) =>
  visitor(`GET / HTTP/1.1\r\nHost: ${nameOf(number % (WARM_UP + agents))}.localhost\r\n\r\n`, false);
const served = () => visitor('GET / HTTP/1.1\r\nHost: nobody.localhost\r\n\r\n', true);

/** They stay to the end: what one kind lets go would be used by the next. */
async function costOf(count: number, make: (number: number) => Promise<Socket>): Promise<number> {
  await many(WARM_UP, make);
  const before = await memory();
  await many(count, make);
  return ((await memory()) - before) / count;
}

const say = (what: string, bytes: number, promised: string) =>
  console.log(`${what.padEnd(48)} ${(bytes / KIB).toFixed(1).padStart(7)} KiB${promised}`);

await admit(0, WARM_UP);
const before = await memory();
await admit(WARM_UP, agents);
say(`an idle agent (${agents}, over TLS)`, ((await memory()) - before) / agents, ', promised 64');
const idle = await costOf(Math.min(5_000, agents * streams), served);
say('an idle visitor', idle, '');
const stream = await costOf(agents * streams, waiting);
say(`an idle stream with its visitor (${agents * streams})`, stream, '');
say('an idle stream', stream - idle, ', promised 8');
console.log(`the gateway ended with ${await gateway.running.stop()}`);
await world.close();
process.exit();
