// systemd, through its own program. Knows how to ask and what answers mean; refuses to know what the unit is for.
import { execFile } from 'node:child_process';
import { TunnelError } from '../../contract/errors.ts';
import type { Scope } from './unit.ts';

/** A start may take as long as systemd waits for readiness by default, 90 s. */
const WITHIN_MS = 120_000;
const OUTPUT_BYTES_MAX = 1_048_576;

/** What `is-system-running` says where systemd runs, whatever the state of its services. */
const RUNNING = /^(initializing|starting|running|degraded|maintenance|stopping)$/;

interface Ran {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[]): Promise<Ran> {
  const options = { timeout: WITHIN_MS, maxBuffer: OUTPUT_BYTES_MAX };
  return new Promise((resolve) => {
    execFile(program, args, options, (error, stdout, stderr) =>
      resolve({ ok: error === null, stdout: stdout.trim(), stderr: stderr.trim() || (error?.message ?? '') }),
    );
  });
}

export class Systemd {
  readonly #flags: readonly string[];

  constructor(scope: Scope) {
    this.#flags = scope === 'user' ? ['--user'] : [];
  }

  /** Throws TK-5013 where none runs. */
  async mustRun(): Promise<void> {
    const { stdout, stderr } = await run('systemctl', [...this.#flags, 'is-system-running']);
    if (!RUNNING.test(stdout)) throw new TunnelError('TK-5013', stderr.split('\n')[0] || `systemctl says "${stdout}".`);
  }

  /** Throws TK-5016 with what systemctl said when it fails. */
  async control(...args: string[]): Promise<void> {
    const { ok, stderr } = await run('systemctl', [...this.#flags, ...args]);
    if (!ok) throw new TunnelError('TK-5016', `systemctl ${args.join(' ')}: ${stderr.split('\n')[0]}`);
  }

  /** Values by their names; a unit that is not there has some too. */
  async properties(unit: string, names: readonly string[]): Promise<Readonly<Record<string, string>>> {
    const { stdout } = await run('systemctl', [...this.#flags, 'show', unit, `--property=${names.join(',')}`]);
    return Object.fromEntries(stdout.split('\n').map((line) => [line.split('=', 1)[0]!, line.replace(/^[^=]*=/, '')]));
  }

  /** The last lines of its log; none where the journal may not be read. `output`: as it was said, or with its time too. */
  async lastLines(unit: string, count: number, output: 'cat' | 'short-iso' = 'cat'): Promise<readonly string[]> {
    const form = ['--output', output, '--no-hostname', '--no-pager', '--quiet'];
    const { ok, stdout } = await run('journalctl', [...this.#flags, '--unit', unit, '--lines', String(count), ...form]);
    return ok && stdout !== '' ? stdout.split('\n') : [];
  }
}
