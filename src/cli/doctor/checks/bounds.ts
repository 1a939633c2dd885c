// What this machine lets one process have: open files, memory, connections that wait to be accepted.
import { readFile } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { size } from '../../size.ts';
import { type Check, type Finding, ok, together, warning } from '../check.ts';

/** Two for each conversation, at both ends: a thousand visitors at once, and room for the rest. */
const OPEN_FILES_MIN = 4_096;
/** A gateway with some hundred visitors, and room to grow. */
const MEMORY_BYTES_MIN = 256 * 2 ** 20;
/** What listeners ask for: fewer, and a rush of visitors is turned away by the kernel. */
const WAITING_MIN = 511;

/** `what` is there `has` times. */
function atLeast(what: string, has: number, min: number, shown: (n: number) => string, todo: string): Finding {
  const seen = `${what}: ${shown(has)}`;
  return has >= min ? ok(seen) : warning('TK-5012', `${seen}, better ${shown(min)} or more`, todo);
}

async function numberIn(file: string, pattern: RegExp): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : found === 'unlimited' ? Number.POSITIVE_INFINITY : Number(found);
}

const plain = (n: number) => (Number.isFinite(n) ? String(n) : 'no limit');

export const bounds: Check = {
  name: 'bounds',
  title: 'limits of this machine',
  needs: [],
  async run() {
    // The hard limit: Node raises its soft one to it.
    const files = await numberIn('/proc/self/limits', /^Max open files +\S+ +(\d+|unlimited)/m);
    const waiting = await numberIn('/proc/sys/net/core/somaxconn', /(\d+)/);
    const memory = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem());
    return together([
      ...(files === undefined
        ? []
        : [
            atLeast('open files', files, OPEN_FILES_MIN, plain, 'Raise it: `ulimit -Hn`, or LimitNOFILE= of the unit.'),
          ]),
      atLeast('memory', memory, MEMORY_BYTES_MIN, size, 'Give the machine or the container more memory.'),
      ...(waiting === undefined
        ? []
        : [atLeast('somaxconn', waiting, WAITING_MIN, plain, 'On a gateway: `sysctl net.core.somaxconn=4096`.')]),
    ]);
  },
};
