// `tunnelkit doctor [TARGET]`: looks at everything between a service and its visitors, from here, and says what to do about what is wrong.
import { limitValues } from '../../contract/limits.ts';
import type { Command } from '../command.ts';
import { helpWidth } from '../help/layout.ts';
import { withProgress } from '../progress.ts';
import { CHECKS } from './checks/index.ts';
import { examine } from './examine.ts';
import { Patient } from './patient.ts';
import { diagnose, lastLine, resultEvent, resultLines } from './report.ts';

const TIMES = { checkMs: 4_000, allMs: 10_000 };
/** Shorter than a check's own time, so that the fault is named by whoever waits. */
const CONNECT_MS = 3_000;
/** A screen's width more than prose needs: titles take their share. */
const COLUMNS_MAX = 110;

export const command: Command = async (invocation) => {
  const { talk, terminal } = invocation;
  const limits = limitValues({ linkConnectMs: CONNECT_MS, originConnectMs: CONNECT_MS });
  const patient = new Patient({ invocation, limits, now: Date.now });
  const columns = process.stdout.columns;
  const width = columns === undefined ? COLUMNS_MAX : Math.max(helpWidth(columns), Math.min(columns, COLUMNS_MAX));
  const colour = terminal.resultShown ? terminal.colour : 0;
  const results = await withProgress(terminal, 'examining', (say) =>
    examine(CHECKS, patient, TIMES, ({ check }) => say(`examining: ${check.title}`)),
  );
  for (const result of results) talk.event('check', resultEvent(result));
  talk.result(resultLines(results, width, colour));
  const diagnosis = diagnose(results);
  talk.event('diagnosis', { ...diagnosis });
  talk.result(`\n${lastLine(diagnosis)}`);
  return diagnosis.exit;
};
