/**
 * A process of its own that uses the store, for tests that kill it, start it fifty times or take its disk away.
 * `node child.testkit.ts JOB FILE [ARGUMENT]`; speaks one line a fact on stdout.
 */
import { once } from 'node:events';
import { existsSync, unlinkSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TunnelError } from '../../contract/errors.ts';
import { limitValues } from '../../contract/limits.ts';
import type { Store } from '../../contract/store.ts';
import { openStore } from './store.ts';

const [job, file = '', argument = ''] = process.argv.slice(2);
const limits = limitValues();
/** Straight to the descriptor: what was said before a kill was said. */
const say = (line: string) => writeSync(1, `${line}\n`);

/** Waits for its start, so that fifty of them start at once, and then wants to be the first. */
async function bootstrap(): Promise<void> {
  say('ready');
  await once(process.stdin, 'data');
  const store = await openStore(file, limits);
  say(await store.settings.setOnce('first', argument));
  await store.close();
  process.exit();
}

/** Writes for ever, and says what was acknowledged. */
async function write(): Promise<void> {
  const store = await openStore(file, limits);
  for (let n = 0; ; n++) {
    await store.settings.set(`${argument}-${n}`, 'x'.repeat(n % 300));
    say(`${argument}-${n}`);
  }
}

/** Fills the disk through the store. Where there is ballast, throws it off and goes on. Then checks all it was promised. */
async function fill(): Promise<void> {
  const ballast = join(dirname(file), 'ballast');
  if (argument === 'ballast') writeFileSync(ballast, Buffer.alloc(65_536));
  const store = await openStore(file, limits);
  const acknowledged: string[] = [];
  say(`first ${await writeUntilFailure(store, acknowledged)}`);
  if (existsSync(ballast)) {
    unlinkSync(ballast);
    await store.settings.set('after', 'there is room again');
    say('goes on');
  }
  await store.close();
  const again = await openStore(file, limits);
  for (const key of acknowledged) if ((await again.settings.get(key)) === undefined) say(`lost ${key}`);
  say(`kept ${acknowledged.length}`);
  await again.close();
}

async function writeUntilFailure(store: Store, acknowledged: string[]): Promise<string> {
  try {
    for (;;) {
      const key = `key ${acknowledged.length}`;
      await store.settings.set(key, 'x'.repeat(400));
      acknowledged.push(key);
    }
  } catch (error) {
    return (error as TunnelError).code;
  }
}

/** Opens the store on a disk without room, and again when there is some. */
async function openFull(): Promise<void> {
  const ballast = join(dirname(file), 'ballast');
  try {
    writeFileSync(ballast, Buffer.alloc(4_194_304));
  } catch (error) {
    say(`ballast ${(error as NodeJS.ErrnoException).code}`);
  }
  say(await openStore(file, limits).then(String, (error: TunnelError) => error.code));
  unlinkSync(ballast);
  const store = await openStore(file, limits);
  say(await store.settings.setOnce('key', 'opened'));
  await store.close();
}

const jobs: Readonly<Record<string, () => Promise<void>>> = { bootstrap, write, fill, openFull };
await jobs[job ?? '']!();
