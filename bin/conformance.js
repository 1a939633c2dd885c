// `make conformance`: every HTTP case through the real program, beside nginx and haproxy in front of the same raw origins, then the
// campaign of mutations. Exit status 1 when one of ours is not as promised.
//   node bin/conformance.js [--quick] [--ours] [--only P1,P2] [--json FILE]
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runCases } from '../src/conformance/campaign.ts';

const root = join(import.meta.dirname, '..');
const executable = join(root, 'dist/tunnelkit');
const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    ours: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});

const { text, json, passed } = await runCases({
  program: process.env.TUNNELKIT_PROGRAM ?? (existsSync(executable) ? executable : join(root, 'bin/tunnelkit')),
  full: !values.quick,
  others: !values.ours,
  only: values.only?.split(','),
  say: (line) => console.error(line),
});
console.log(text);
if (values.json) writeFileSync(values.json, `${JSON.stringify(json, undefined, 2)}\n`);
process.exitCode = passed ? 0 : 1;
