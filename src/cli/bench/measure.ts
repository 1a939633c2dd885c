// One run: opens the stage, goes through the rounds, leaves nothing behind.
import { availableParallelism } from 'node:os';
import type { Environment } from '../command.ts';
import { processesFor } from './loaders.ts';
import type { Plan } from './plan.ts';
import type { Measured } from './report-types.ts';
import { runRounds } from './rounds.ts';
import { Stage } from './stage.ts';
import { surroundings, thisMoment } from './surroundings.ts';

export interface Run {
  readonly plan: Plan;
  readonly env: Environment;
  readonly version: string;
  readonly say: (text: string) => void;
  /** Aborted: everything is ended at once, and the run rejects. */
  readonly signal: AbortSignal;
}

export async function measure({ plan, env, version, say, signal }: Run): Promise<Measured> {
  const moment = thisMoment();
  const loadProcesses = processesFor(availableParallelism());
  const stage = await Stage.open({ env, origin: plan.origin, loadProcesses });
  const stop = () => void stage.close();
  signal.addEventListener('abort', stop);
  try {
    const found = await runRounds(plan.scenarios, {
      runs: plan.runs,
      measure: (scenario, path, round) => scenario.measure(stage, path, round === 0 ? plan.warmSeconds : plan.seconds),
      say,
      signal,
    });
    const { command, runs, seconds } = plan;
    const run = { tunnelkit: version, command, origin: stage.origin.name, runs, seconds };
    return { surroundings: surroundings(run, moment), ...found };
  } finally {
    signal.removeEventListener('abort', stop);
    await stage.close();
  }
}
