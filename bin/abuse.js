// `make abuse`: visitors and strangers that cost, against dist/tunnelkit with its default limits, and what others see meanwhile. Exit
// status 1 where a promise is broken. Arguments choose parts: slow stalled garbage pending.
// ABUSE_ROUNDS, ABUSE_SECONDS, ABUSE_SLOW, ABUSE_STALLED, ABUSE_GARBAGE, ABUSE_AT_ONCE, ABUSE_PATIENCE say how much.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { garbage } from '../bench/abuse/garbage.ts';
import { pending } from '../bench/abuse/pending.ts';
import { slow } from '../bench/abuse/slow.ts';
import { Stage } from '../bench/abuse/stage.ts';
import { stalled } from '../bench/abuse/stalled.ts';
import { EXECUTABLE } from '../src/cli/program/program.testkit.ts';

const number = (name, otherwise) => Number(process.env[`ABUSE_${name}`] ?? otherwise);
const rounds = number('ROUNDS', 5);
const seconds = number('SECONDS', 4);
const wanted = process.argv.slice(2);
const PARTS = {
  slow: (stage, say) => slow(stage, { connections: number('SLOW', 1_000), rounds, seconds }, say),
  stalled: (stage, say) => stalled(stage, { connections: number('STALLED', 64), rounds, seconds }, say),
  garbage: (stage, say) => {
    const [connections, atOnce] = [number('GARBAGE', 20_000), number('AT_ONCE', 2_000)];
    return garbage(stage, { connections, atOnce, seconds: seconds * 3, patienceMs: number('PATIENCE', 8_000) }, say);
  },
  pending,
};

const say = (line) => console.log(line);
say(`executable: sha256 ${createHash('sha256').update(readFileSync(EXECUTABLE)).digest('hex')}`);
say(`load before: ${loadavg()[0].toFixed(1)}`);
let kept = true;
const stage = await Stage.open();
for (const [name, part] of Object.entries(PARTS)) {
  if (wanted.length === 0 || wanted.includes(name)) kept = (await part(stage, say)) && kept;
}
const status = await stage.close();
if (status !== 0) say(`BROKEN the gateway ended with ${status}`);
process.exit(kept && status === 0 ? 0 : 1);
