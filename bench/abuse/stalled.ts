// B5: visitors that stop reading, and uploads that an origin does not read; what they hold, and what others still get.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { median, type Stage } from './stage.ts';

export interface StalledOptions {
  readonly connections: number;
  readonly rounds: number;
  readonly seconds: number;
}

/** Of their throughput others keep at least so much. */
const SHARE_MIN = 0.8;
/** What may be held for one of them: the window it has at first, and what its socket had not taken. */
const HELD_MAX = 262_144 + 524_288;
/** The collector takes its time. */
const SLACK_BYTES = 32 * 2 ** 20;
const CHUNK = Buffer.alloc(65_536, 's');

async function reader(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET /large HTTP/1.1\r\nHost: x\r\n\r\n');
  await once(socket, 'readable');
  return socket;
}

/** Sends for as long as anything is taken. */
async function writer(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write('POST /deaf HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n');
  const more = () => {
    while (!socket.destroyed && socket.write(CHUNK));
  };
  socket.on('drain', more);
  more();
  return socket;
}

const KINDS = {
  readers: { stall: reader, how: 'down' },
  uploads: { stall: writer, how: 'up' },
} as const;

/** Prints a line for each kind; resolves with whether both keep the promise. */
export async function stalled(stage: Stage, options: StalledOptions, say: (line: string) => void): Promise<boolean> {
  const { connections, rounds, seconds } = options;
  let kept = true;
  for (const [kind, { stall, how }] of Object.entries(KINDS)) {
    const shares: number[] = [];
    const held: number[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const alone = await stage.bystander(how, seconds);
      const before = stage.resident();
      const sockets = await Promise.all(Array.from({ length: connections }, () => stall(stage.port)));
      await stage.settled();
      held.push(stage.resident() - before);
      shares.push((await stage.bystander(how, seconds)).megabytes / alone.megabytes);
      for (const socket of sockets) socket.destroy();
      await stage.visitors((open) => open < connections / 2, 30_000);
    }
    const [share, more] = [median(shares), median(held)];
    const good = share >= SHARE_MIN && more <= connections * HELD_MAX + SLACK_BYTES;
    say(
      `${good ? 'kept  ' : 'BROKEN'} stalled ${kind} ${connections} of them, ${rounds} rounds: others keep ${(share * 100).toFixed(0)}% ` +
        `(${shares.map((one) => (one * 100).toFixed(0)).join(', ')}), gateway ${(more / 2 ** 20).toFixed(0)} MiB more, ` +
        `${(more / connections / 1_024).toFixed(0)} KiB each`,
    );
    kept &&= good;
  }
  return kept;
}
