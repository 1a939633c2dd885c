// `make soak`: says with what it was made, how much there was, and what grew.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../cli/program/program.testkit.ts';
import { provenance, told } from '../provenance.testkit.ts';
import { Soak } from './soak.testkit.ts';
import { VITALS } from './vitals.ts';

const tell = (line: string) => console.log(line);

/** Resolves with the exit status: 0 when nothing grew and nothing was wrong. */
export async function reportSoak(seed: number, minutes: number): Promise<number> {
  const made = provenance(seed);
  for (const line of told(made)) tell(line);
  const soak = new Soak(seed, minutes, tell);
  await soak.run();
  const { tally, books, charts, wrong } = soak;
  tell(`\n${tally}\n\n${tally.landed} faults landed, ${tally.missed} did not; ${books.streams}; ${books.flows}`);
  tell(`conversations a second: ${soak.load}`);
  tell(
    `\n${soak}\ngrowth is more than ${soak.growthBound.toFixed(1)} MiB an hour; unhandled rejections and defects: none ended a process`,
  );
  for (const fault of wrong) tell(`WRONG: ${fault}`);
  const vitals = [...charts].map(([name, chart]) => [
    name,
    Object.fromEntries(VITALS.map((vital) => [vital, chart.all(vital)])),
  ]);
  const figures = { ...made, minutes, load: soak.load, landed: tally.landed, bytes: books.streams.bytes, wrong };
  writeFileSync(
    join(ROOT, 'dist/soak.json'),
    JSON.stringify({ ...figures, datagrams: books.flows.counts, vitals: Object.fromEntries(vitals) }, null, 2),
  );
  tell(wrong.length === 0 ? 'nothing is wrong' : `${wrong.length} things are wrong`);
  return wrong.length === 0 ? 0 : 1;
}
