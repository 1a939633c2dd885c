// `make faults`: runs the campaign in a network namespace of its own and says with what, how much, and how it went.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXECUTABLE, ROOT } from '../cli/program/program.testkit.ts';
import { Campaign, type Effort } from './campaign.testkit.ts';

const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', ['-C', ROOT, ...args], { encoding: 'utf8' }).trim();
  return git('rev-parse', '--short=12', 'HEAD') + (git('status', '--porcelain') === '' ? '' : ' and changes');
}

/** Resolves with the exit status: 0 when every fault landed somewhere and nothing was wrong. */
export async function report(effort: Omit<Effort, 'tell'>): Promise<number> {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  const limits = execFileSync(EXECUTABLE, ['serve', '--print-limits'], { encoding: 'utf8' });
  const made = {
    commit: commit(),
    seed: effort.seed,
    executable: `sha256 ${sha256(readFileSync(EXECUTABLE))}`,
    limits: `the defaults, ${limits.trim().split('\n').length} lines, sha256 ${sha256(limits)}`,
    effort,
  };
  const { tell } = { tell: (line: string) => console.log(line) };
  for (const [name, value] of Object.entries(made))
    tell(`${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`);
  const campaign = new Campaign({ ...effort, tell });
  await campaign.run();
  const { tally, books, bytes, noticedMs, faults } = campaign;
  tell(`\n${tally}\n\n${campaign}`);
  tell(
    `links whose peer was gone without a word were let go by both sides after ${noticedMs.map((ms) => `${(ms / 1_000).toFixed(1)} s`).join(', ')}`,
  );
  for (const fault of faults) tell(`WRONG: ${fault}`);
  const figures = {
    landed: tally.landed,
    missed: tally.missed,
    bytes,
    talks: books.streams.talks,
    ...books.streams.ends,
    datagrams: books.flows.counts,
  };
  writeFileSync(
    join(ROOT, 'dist/faults.json'),
    JSON.stringify({ ...made, limitTable: limits, ...figures, noticedMs, faults }, null, 2),
  );
  tell(faults.length === 0 ? 'nothing is wrong' : `${faults.length} things are wrong`);
  return faults.length === 0 ? 0 : 1;
}
