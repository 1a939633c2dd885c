import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { request } from 'node:http';

/** What a process holds, as the kernel and the process itself tell it. */
export interface Holdings {
  readonly descriptors: number;
  readonly sockets: number;
  /** The gateway's own gauges, which an agent has not, and what was seen inside. */
  readonly gauges: Readonly<Record<string, number>>;
}

export function descriptorsOf(pid: number): Pick<Holdings, 'descriptors' | 'sockets'> {
  const links = readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return [];
    }
  });
  return { descriptors: links.length, sockets: links.filter((link) => link.startsWith('socket:')).length };
}

export function residentBytes(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!;
  return Number(kibibytes) * 1_024;
}

/** Every metric that the admin socket tells, by its name with its label. */
export function metrics(socketPath: string): Promise<ReadonlyMap<string, number>> {
  const { promise, resolve, reject } = Promise.withResolvers<ReadonlyMap<string, number>>();
  const asked = request({ socketPath, path: '/metrics', agent: false }, async (answer) => {
    let text = '';
    for await (const part of answer.setEncoding('utf8')) text += part;
    const rows = [...text.matchAll(/^tunnelkit_(\S+) (\d+)$/gm)];
    resolve(new Map(rows.map(([, name, value]) => [name!, Number(value)])));
  });
  asked.on('error', reject).end();
  return promise;
}

/** Of what is open now. */
async function gauges(socketPath: string): Promise<Readonly<Record<string, number>>> {
  return Object.fromEntries([...(await metrics(socketPath))].filter(([name]) => name.endsWith('_open')));
}

/** A process that is watched. */
export interface Watched {
  readonly name: string;
  readonly pid: number;
  /** A gateway's. */
  readonly adminSocket?: string;
  /** What can only be seen inside: timers and other resources, and the heap. */
  readonly inside?: () => Promise<Readonly<Record<string, number>>>;
}

/** A heap is never twice the same: buffers that are kept for the next use, code that was compiled meanwhile. */
export const HEAP = 'heap MiB';
const HEAP_SLACK_MIB = 6;

export async function holdingsOf({ pid, adminSocket, inside }: Watched): Promise<Holdings> {
  const told = adminSocket === undefined ? {} : await gauges(adminSocket);
  return { ...descriptorsOf(pid), gauges: { ...told, ...(await inside?.()) } };
}

/** What is more than it was: names with both numbers. Empty: nothing is left over. */
export function leaks(before: Holdings, now: Holdings): readonly string[] {
  const rows = (of: Holdings): [string, number][] => [
    ['descriptors', of.descriptors],
    ['sockets', of.sockets],
    ...Object.entries(of.gauges),
  ];
  const was = new Map(rows(before));
  return rows(now)
    .filter(([name, value]) => value > (was.get(name) ?? 0) + (name === HEAP ? HEAP_SLACK_MIB : 0))
    .map(([name, value]) => `${name}: ${value}, were ${was.get(name) ?? 0}`);
}

/** Looks until nothing is left over, or until the time is up: then resolves with what is. */
export async function settled(look: () => Promise<readonly string[]>, withinMs: number): Promise<readonly string[]> {
  const until = performance.now() + withinMs;
  for (;;) {
    const left = await look();
    if (left.length === 0 || performance.now() > until) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Remembers what processes hold, and later says what they hold more. */
export class LeakGate {
  readonly #before = new Map<Watched, Holdings>();

  static async open(processes: readonly Watched[]): Promise<LeakGate> {
    const gate = new LeakGate();
    for (const each of processes) gate.#before.set(each, await holdingsOf(each));
    return gate;
  }

  /** Empty as soon as everything is back to where it was; else what is left over when the time is up. */
  left(withinMs: number): Promise<readonly string[]> {
    const look = async () => {
      const all = [...this.#before].map(async ([each, before]) =>
        leaks(before, await holdingsOf(each)).map((leak) => `${each.name} holds ${leak}`),
      );
      return (await Promise.all(all)).flat();
    };
    return settled(look, withinMs);
  }
}
