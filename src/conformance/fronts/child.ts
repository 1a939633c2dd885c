// Programs beside this one: started in a folder of their own, listened to, ended by their own handle.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dial } from '../raw/visitor.ts';

const READY_MS = 30_000;
const LOOK_MS = 20;

export class Child {
  readonly process: ChildProcess;
  said = '';
  readonly #gone: Promise<unknown>;

  constructor(command: string, args: readonly string[], folder: string) {
    this.process = spawn(command, args, {
      cwd: folder,
      env: {
        PATH: '/usr/bin:/bin',
        HOME: folder,
        XDG_DATA_HOME: join(folder, 'data'),
        XDG_CONFIG_HOME: join(folder, 'config'),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#gone = once(this.process, 'close');
    for (const stream of [this.process.stdout, this.process.stderr])
      stream?.on('data', (data) => {
        this.said += data;
      });
  }

  /** What matches in what it says, once it has said it `times`; the pattern is a global one. */
  says(pattern: RegExp, times = 1): Promise<readonly string[]> {
    return soon(async () => {
      const found = this.said.match(pattern) ?? [];
      return found.length >= times ? found : undefined;
    }, this);
  }

  async stop(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.#gone;
  }
}

/** What `look` finds, looked for again and again until the program ends or has had its time. */
async function soon<T>(look: () => Promise<T | undefined>, child: Child): Promise<T> {
  const giveUpAt = performance.now() + READY_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (child.process.exitCode !== null || performance.now() > giveUpAt)
      throw new Error(`${child.process.spawnfile} did not become ready: ${child.said}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Resolves once the program listens there. */
export async function listening(port: number, child: Child): Promise<void> {
  await soon(async () => {
    const wire = await dial({ port }).catch(() => undefined);
    wire?.socket.destroy();
    return wire;
  }, child);
}

/** A folder for one front, gone with it. */
export function makeFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'conformance-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
