// B3: connections of strangers from many addresses: garbage, handshakes that stop halfway, and nothing at all.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Stage } from './stage.ts';

export interface GarbageOptions {
  readonly connections: number;
  readonly atOnce: number;
  readonly seconds: number;
  /** How long each waits for the gateway to close it. */
  readonly patienceMs: number;
}

export const ADDRESSES = Array.from({ length: 40 }, (_, n) => `127.1.${n}.1`);
/** The first bytes of a link (ANPX/2). */
export const PREFACE = Buffer.from('414e505802000000', 'hex');
/** Of a ClientHello: its record says that 512 bytes come. */
const HALF_HELLO = Buffer.from('1603010200010001fc0303', 'hex');

type Kind = readonly [listener: 'http' | 'https', bytes: () => Buffer];
const KINDS: readonly Kind[] = [
  ['http', () => randomBytes(64)],
  ['https', () => randomBytes(64)],
  ['https', () => HALF_HELLO],
  ['http', () => Buffer.concat([PREFACE, randomBytes(64)])],
  ['http', () => Buffer.alloc(0)],
];

/** Until the gateway has closed it, or the patience is over. */
async function stranger(port: number, localAddress: string, bytes: Buffer, patienceMs: number): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  socket.on('error', () => {});
  socket.setTimeout(patienceMs, () => socket.destroy());
  socket.resume();
  socket.once('connect', () => {
    if (bytes.length === 0) socket.resetAndDestroy();
    else socket.write(bytes);
  });
  await once(socket, 'close').catch(() => {});
}

async function flood(stage: Stage, { connections, atOnce, patienceMs }: GarbageOptions): Promise<void> {
  let next = 0;
  const one = async (): Promise<void> => {
    for (let n = next++; n < connections; n = next++) {
      const [listener, bytes] = KINDS[n % KINDS.length]!;
      await stranger(stage.listener(listener), ADDRESSES[n % ADDRESSES.length]!, bytes(), patienceMs);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
}

/** Prints what happened; resolves with whether the promise was kept. */
export async function garbage(stage: Stage, options: GarbageOptions, say: (line: string) => void): Promise<boolean> {
  const alone = await stage.bystander('paced', options.seconds);
  const [beside] = await Promise.all([stage.bystander('paced', options.seconds), flood(stage, options)]);
  const besides = await stage.bystander('paced', 2);
  const alive = beside.failed + besides.failed === 0;
  say(
    `${alive ? 'kept  ' : 'BROKEN'} garbage ${options.connections} connections from ${ADDRESSES.length} addresses, at most ${options.atOnce} at once: ` +
      `bystander p99 ${alone.p99.toFixed(1)} ms alone, ${beside.p99.toFixed(1)} ms beside, ${beside.failed} of ${beside.count} failed; ` +
      `${await stage.metric('tunnelkit_handshakes_total{result="refused"}')} links refused`,
  );
  return alive;
}
