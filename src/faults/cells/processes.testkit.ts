// Faults of processes: killed, or standing still.
import { readFileSync } from 'node:fs';
import { setTimeout as elapse } from 'node:timers/promises';
import type { Running } from '../../cli/program/program.testkit.ts';
import { IN_FLIGHT_MS } from '../relayed.ts';
import { type Afflicting, busy, type Cell } from './cell.testkit.ts';

export function ofAgent(kind: 'kill' | 'stop', afflicting: Afflicting): Cell {
  const { ledger } = afflicting;
  return {
    kind,
    place: 'agent',
    cost: kind === 'kill' ? 20 : 12,
    async inflict(line) {
      await busy(line.relays['visitor–gateway']);
      const inFlight = line.idleMs <= IN_FLIGHT_MS;
      const { running } = line.agent;
      if (kind === 'stop') return inFlight ? await stopped(running, pauseMs(afflicting)) : 0;
      const since = performance.now();
      const gone = (await running.stop('SIGKILL')) === 137;
      ledger.killed(line.protocol, since);
      await line.startAgent();
      return Number(gone && inFlight);
    },
  };
}

export const pauseMs = ({ chance, patient }: Afflicting) =>
  patient && chance.next() < 0.1 ? 20_000 : chance.between(300, patient ? 3_000 : 1_000);

/** Stands still for a while. Resolves with how many milliseconds it did. */
export async function stopped(running: Running, forMs: number): Promise<number> {
  running.child.kill('SIGSTOP');
  await elapse(forMs);
  const still = / T /.test(readFileSync(`/proc/${running.pid}/stat`, 'latin1'));
  running.child.kill('SIGCONT');
  return still ? forMs : 0;
}
