// The outages of promises.md, table R, at full length: which, how often, and how long each took.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXECUTABLE, ROOT } from '../../cli/program/program.testkit.ts';
import { provenance, told } from '../provenance.testkit.ts';
import { blackhole } from './blackhole.testkit.ts';
import { pool } from './pool.testkit.ts';
import { restart } from './restart.testkit.ts';
import { roam } from './roam.testkit.ts';
import { skew } from './skew.testkit.ts';
import { sleep } from './sleep.testkit.ts';
import { lineOf, type Trial, wrongOf } from './trial.ts';
import { wake } from './wake.testkit.ts';

const TRIALS: readonly ((program?: string) => Trial)[] = [restart, blackhole, sleep, wake, roam, pool, skew];

/** `only`: promises, all if it is empty. Resolves with the exit status: 0 when all were kept. */
export async function reportOutages(seed: number, only: readonly string[]): Promise<number> {
  const made = provenance(seed);
  for (const line of told(made)) console.log(line);
  const trials = TRIALS.map((make) => make(EXECUTABLE)).filter(
    ({ promise }) => only.length === 0 || only.includes(promise),
  );
  const outcomes = [];
  for (const trial of trials) {
    const outcome = await trial.run(trial.effort);
    const wrong = wrongOf(outcome, 1);
    const lines = [...outcome.figures.map(lineOf), ...outcome.notes, ...wrong.map((each) => `WRONG: ${each}`)];
    for (const line of lines) console.log(`${trial.promise}: ${line}`);
    outcomes.push({ promise: trial.promise, effort: trial.effort, ...outcome, wrong });
  }
  writeFileSync(join(ROOT, 'dist/outages.json'), JSON.stringify({ ...made, outcomes }, null, 2));
  const wrong = outcomes.flatMap((outcome) => outcome.wrong);
  console.log(wrong.length === 0 ? 'nothing is wrong' : `${wrong.length} things are wrong`);
  return wrong.length === 0 ? 0 : 1;
}
