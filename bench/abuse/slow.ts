// B1: visitors that send heads or bodies slowly, or read slowly, by the tool that is known for it, and what others see meanwhile.
import type { Stage } from './stage.ts';
import { median } from './stage.ts';

const MODES = { heads: ['-H'], bodies: ['-B'], readers: ['-X', '-w', '64', '-y', '512', '-z', '32'] } as const;

export interface SlowOptions {
  readonly connections: number;
  readonly rounds: number;
  /** How long somebody who behaves looks on. */
  readonly seconds: number;
}

/** Small tails differ by scheduling alone. */
const EXTRA_MS = 5;
/** The attack lasts this long if nobody ends it. */
const ATTACK_SECONDS = 60;
const RATE = 200;
/** Slow heads are sent away while the last of them come. */
const UNDER_WAY = 0.5;
/** Short runs do not wait for deadlines. */
const REAP_FROM_SECONDS = 2;

async function attacked(stage: Stage, mode: keyof typeof MODES, { connections, seconds }: SlowOptions, reap: boolean) {
  const path = mode === 'readers' ? 'page' : '';
  const url = `http://127.0.0.1:${stage.port}/${path}`;
  const load = ['-c', connections, '-i', 10, '-r', RATE, '-l', ATTACK_SECONDS, '-u', url].map(String);
  const attack = stage.attack('slowhttptest', [...MODES[mode], ...load]);
  const connected = await stage.visitors((open) => open >= connections * UNDER_WAY, 30_000);
  if (mode === 'readers') await stage.settled();
  const seen = await stage.bystander('paced', seconds);
  const reaped =
    reap && seconds >= REAP_FROM_SECONDS
      ? await stage.visitors((open) => open <= connections * 0.05, ATTACK_SECONDS * 1_000)
      : undefined;
  await attack.stop('SIGINT');
  await stage.visitors((open) => open < connections * 0.05, 30_000);
  return { ...seen, connected: connected !== undefined, reapedMs: reaped && reaped + seconds * 1_000 };
}

/** Prints a line for each kind; resolves with whether all keep the promise. */
export async function slow(stage: Stage, options: SlowOptions, say: (line: string) => void): Promise<boolean> {
  let kept = true;
  for (const mode of Object.keys(MODES) as (keyof typeof MODES)[]) {
    const rounds: {
      alone: number;
      beside: number;
      failed: number;
      connected: boolean;
      reapedMs: number | undefined;
    }[] = [];
    for (let round = 1; round <= options.rounds; round += 1) {
      const alone = await stage.bystander('paced', options.seconds);
      const isLast = round === options.rounds;
      const beside = await attacked(stage, mode, options, isLast && mode === 'heads');
      rounds.push({ ...beside, alone: alone.p99, beside: beside.p99, failed: alone.failed + beside.failed });
    }
    const [alone, beside] = [median(rounds.map((one) => one.alone)), median(rounds.map((one) => one.beside))];
    const failed = rounds.reduce((sum, one) => sum + one.failed, 0);
    const good =
      beside <= Math.max(2 * alone, alone + EXTRA_MS) && failed === 0 && rounds.every((one) => one.connected);
    const reapedMs = rounds.at(-1)?.reapedMs;
    const end = reapedMs === undefined ? '' : `, gone ${(reapedMs / 1_000).toFixed(1)} s after all were connected`;
    say(
      `${good ? 'kept  ' : 'BROKEN'} slow ${mode.padEnd(8)} ${options.connections} connections, ${options.rounds} rounds: bystander p99 ` +
        `${alone.toFixed(1)} ms alone, ${beside.toFixed(1)} ms beside (${(beside / alone).toFixed(2)} x), ${failed} failed${end}`,
    );
    kept &&= good;
  }
  return kept;
}
