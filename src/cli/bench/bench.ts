// `tunnelkit bench`: measures, and hands what was found to the report.
import { TunnelError } from '../../contract/errors.ts';
import type { Command } from '../command.ts';
import { withProgress } from '../progress.ts';
import { stopSignal } from '../signals.ts';
import { measure } from './measure.ts';
import { lastsMs, planOf } from './plan.ts';

/** What a run that was stopped ends with: it has no result. */
const STOPPED = { SIGINT: 130, SIGTERM: 143 } as const;

export const command: Command = async ({ options, env, talk, terminal, version }) => {
  const plan = planOf(options);
  const minutes = lastsMs(plan) / 60_000;
  talk.say(`${plan.scenarios.length} scenarios in ${plan.runs} rounds: about ${minutes.toFixed(1)} min`);
  const stop = stopSignal();
  const abort = new AbortController();
  void stop.asked.then((signal) => abort.abort(signal));
  try {
    const measured = await withProgress(terminal, 'starting', (say) =>
      measure({ plan, env, version, say, signal: abort.signal }),
    );
    for (const { id, unit, series } of measured.figures)
      talk.result(
        `${id.padEnd(16)} ${series.map(({ path, samples }) => `${path} ${samples.map((v) => v.toFixed(0)).join('/')}`).join('  ')} ${unit}`,
      );
    for (const { scenario, why } of measured.failures) talk.say(`failed: ${scenario}: ${why}`);
    if (measured.failures.length > 0)
      throw new TunnelError('TK-4010', measured.failures.map(({ scenario }) => scenario).join(', '));
    return 0;
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    talk.say('stopped: nothing was concluded');
    return STOPPED[abort.signal.reason as keyof typeof STOPPED];
  } finally {
    stop.release();
  }
};
