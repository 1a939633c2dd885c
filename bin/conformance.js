// `make conformance`: every HTTP case through the real program, beside nginx and haproxy in front of the same raw origins, again by
// visitors of HTTP/2, then mutated requests, WebSocket conversations, POSTs under resets and mutated answers. Exit status 1 when one of ours is not as promised.
//   node bin/conformance.js [--quick] [--ours] [--only P1,P2] [--seed N] [--json FILE]
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCases, runOver2, runSmuggling, runStreams } from '../src/conformance/campaign.ts';

const root = join(import.meta.dirname, '..');
const executable = join(root, 'dist/tunnelkit');
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    ours: { type: 'boolean', default: false },
    only: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    json: { type: 'string' },
  },
});

const say = (line) => console.error(line);
const program = process.env.TUNNELKIT_PROGRAM ?? (existsSync(executable) ? executable : join(root, 'bin/tunnelkit'));
const sha256 = createHash('sha256').update(readFileSync(program)).digest('hex');
const only = values.only?.split(',');
const campaign = { program, full: !values.quick, others: !values.ours, only, say };
const { text, json, passed } = await runCases(campaign);
console.log(`${program} sha256 ${sha256}\n${text}`);
const over2 = await runOver2(campaign);
console.log(`\nby visitors of HTTP/2, what means something there:\n${over2.text}`);

const seed = Number(values.seed);
const inputs = values.quick ? 400 : 5_000;
console.log(only ? '' : `\nmutated requests, seed ${seed}, by the origin behind the agent:`);
const smuggled = only ? [] : await runSmuggling({ program, inputs, seed, say: (line) => console.log(line) });
for (const { count } of smuggled) for (const desync of count.desyncs) console.log(`  ${desync}`);

const [conversations, posts, answers] = values.quick ? [50, 500, 400] : [500, 10_000, 5_000];
console.log(only ? '' : `\nstreams, seed ${seed}:`);
const streams = only
  ? undefined
  : await runStreams({ program, conversations, posts, answers, seed, say: (line) => console.log(line) });
for (const line of [
  ...(streams?.compared.differences ?? []),
  ...(streams?.posted.doubled ?? []),
  ...(streams?.poisoned.wrong ?? []),
])
  console.log(`  ${line}`);

if (values.json) {
  const mutations = smuggled.map(({ origin, count }) => ({
    origin,
    ...count,
    statuses: Object.fromEntries(count.statuses),
  }));
  writeFileSync(
    values.json,
    `${JSON.stringify({ program, sha256, seed, ...json, over2: over2.json, mutations, streams }, undefined, 2)}\n`,
  );
}
process.exitCode = passed && smuggled.every((each) => each.passed) && (streams?.passed ?? true) && over2.passed ? 0 : 1;
