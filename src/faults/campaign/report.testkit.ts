// `make faults`: runs the campaign in a network namespace of its own and says with what, how much, and how it went.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../cli/program/program.testkit.ts';
import { provenance, told } from '../provenance.testkit.ts';
import { Campaign, type Effort } from './campaign.testkit.ts';

const tell = (line: string) => console.log(line);

/** Resolves with the exit status: 0 when every fault landed somewhere and nothing was wrong. */
export async function report(effort: Omit<Effort, 'tell'>): Promise<number> {
  const made = provenance(effort.seed);
  for (const line of told(made)) tell(line);
  tell(`effort: ${JSON.stringify(effort)}`);
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
    JSON.stringify({ ...made, effort, ...figures, noticedMs, faults }, null, 2),
  );
  tell(faults.length === 0 ? 'nothing is wrong' : `${faults.length} things are wrong`);
  return faults.length === 0 ? 0 : 1;
}
