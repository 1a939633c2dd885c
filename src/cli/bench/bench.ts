// `tunnelkit bench`: measures, writes the report, and ends with what it concludes.
import { TunnelError } from '../../contract/errors.ts';
import type { Command, Invocation } from '../command.ts';
import { withProgress } from '../progress.ts';
import { stopSignal } from '../signals.ts';
import { count } from '../size.ts';
import { measure } from './measure.ts';
import { askedOf, writeReport } from './outputs.ts';
import { durationWords, lastsMs, type Plan, planOf } from './plan.ts';
import { failureOf, reportOf } from './report/report.ts';
import { table } from './report/table.ts';
import type { Measured } from './report-types.ts';

/** What a run that was stopped ends with: it has no result. */
const STOPPED = { SIGINT: 130, SIGTERM: 143 } as const;
/** Of what is no terminal, or one that does not know its width (0). */
const COLUMNS = 120;

/** Undefined with the signal that stopped it: everything of the run is gone then. */
async function measured(plan: Plan, { env, terminal, version }: Invocation): Promise<Measured | keyof typeof STOPPED> {
  const stop = stopSignal();
  const abort = new AbortController();
  void stop.asked.then((signal) => abort.abort(signal));
  try {
    return await withProgress(terminal, 'starting', (say) =>
      measure({ plan, env, version, say, signal: abort.signal }),
    );
  } catch (error) {
    if (abort.signal.aborted) return abort.signal.reason as keyof typeof STOPPED;
    throw error;
  } finally {
    stop.release();
  }
}

export const command: Command = async (invocation) => {
  const { options, talk, terminal } = invocation;
  const plan = planOf(options);
  const asked = await askedOf(
    options,
    plan.scenarios.flatMap(({ figures }) => figures),
  );
  talk.say(
    `${count(plan.scenarios.length, 'scenario')}, ${count(plan.runs, 'round')}: ${durationWords(lastsMs(plan))}`,
  );
  const found = await measured(plan, invocation);
  if (typeof found === 'string') {
    talk.say('stopped: nothing is concluded from a part of a run');
    return STOPPED[found];
  }
  const report = reportOf(found, asked);
  const shape = { columns: process.stdout.columns || COLUMNS, colour: terminal.resultColour > 0 };
  await writeReport(
    report,
    options,
    () => table(report, shape),
    (text) => talk.result(text),
  );
  const failed = found.failures.map(({ scenario, why }) => `${scenario}: ${why}`);
  if (failed.length > 0) throw new TunnelError('TK-4010', failed.join('. '));
  const failure = failureOf(report);
  if (failure !== undefined) throw failure;
  return 0;
};
