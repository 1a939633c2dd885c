// `tunnelkit doctor [TARGET]`: looks at everything between a service and its visitors, from here, and says what to do about what is wrong.
import { limitValues } from '../../contract/limits.ts';
import type { Command, Invocation } from '../command.ts';
import { helpWidth, wrap } from '../help/layout.ts';
import { withProgress } from '../progress.ts';
import { count } from '../size.ts';
import { text } from '../text.ts';
import { CHECKS } from './checks/index.ts';
import { examine, type Result } from './examine.ts';
import { Patient } from './patient.ts';
import { diagnose, lastLine, resultEvent, resultLines } from './report.ts';

const TIMES = { checkMs: 4_000, allMs: 10_000 };
/** Shorter than a check's own time, so that the fault is named by whoever waits. */
const CONNECT_MS = 3_000;
/** A screen's width more than prose needs: titles take their share. */
const COLUMNS_MAX = 110;

/** Loaded only where it is asked for. */
async function bundle(
  file: string,
  { patient, results }: { readonly patient: Patient; readonly results: readonly Result[] },
  { talk }: Invocation,
): Promise<void> {
  const { writeBundle } = await import('./bundle/bundle.ts');
  const files = await writeBundle(file, { patient, results });
  talk.event('bundle', { file, files });
  talk.say(`${file}: ${count(files.length, 'file')}, secrets taken out; look through it before you send it.`);
}

export const command: Command = async (invocation) => {
  const { talk, terminal, options } = invocation;
  const bundleFile = text(options.bundle);
  if (bundleFile !== undefined) await (await import('./bundle/bundle.ts')).mustBeWritable(bundleFile);
  const limits = limitValues({ linkConnectMs: CONNECT_MS, originConnectMs: CONNECT_MS });
  const patient = new Patient({ invocation, limits, now: Date.now });
  const columns = process.stdout.columns || undefined;
  const width = columns === undefined ? COLUMNS_MAX : Math.max(helpWidth(columns), Math.min(columns, COLUMNS_MAX));
  const results = await withProgress(terminal, 'examining', (say) =>
    examine(CHECKS, patient, TIMES, ({ check }) => say(`examining: ${check.title}`)),
  );
  for (const result of results) talk.event('check', resultEvent(result));
  talk.result(resultLines(results, width, terminal.resultColour));
  const diagnosis = diagnose(results);
  talk.event('diagnosis', { ...diagnosis });
  talk.result(`\n${wrap(lastLine(diagnosis), width)}`);
  if (bundleFile !== undefined) await bundle(bundleFile, { patient, results }, invocation);
  return diagnosis.exit;
};
