/**
 * A process of its own that starts several gateways' data at once: `node first-start.child.testkit.ts FOLDER COUNT`. Waits for a line,
 * and says one for each: what it found or made, as JSON. Who finds the folder held comes again, as a service manager would.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { limitValues } from '../../contract/limits.ts';
import { pinOf } from '../../identity/pin.ts';
import { makeNodeReactor } from '../../pipe/node/reactor.ts';
import { openData } from './data.ts';

const [folder = '', count = '1'] = process.argv.slice(2);
const limits = limitValues();
const { clock } = makeNodeReactor(limits);
const AGAIN_MS = 50;

/** Straight to the descriptor: the process ends behind it. */
const say = (line: string) => writeSync(1, `${line}\n`);

async function start(): Promise<void> {
  for (;;) {
    const data = await openData(folder, clock, limits).catch((error: { code?: string }) => error.code);
    if (typeof data === 'object') {
      const root = createHash('sha256').update(data.authority.root).digest('hex');
      const tokens = await data.store.tokens.list();
      say(
        JSON.stringify({ pin: pinOf(data.key.publicKey), token: data.firstToken?.text, root, tokens: tokens.length }),
      );
      data.authority.close();
      await data.store.close();
      return data.socket.release();
    }
    if (data !== 'TK-4005') throw new Error(data);
    await setTimeout(AGAIN_MS);
  }
}

say('ready');
await once(process.stdin, 'data');
await Promise.all(Array.from({ length: Number(count) }, start));
process.exit();
