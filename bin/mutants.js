// `make mutants`: plants each bug of fixtures/mutants in a copy of the sources and runs the suite that it names, which must turn red.
// `node bin/mutants.js NAME…` takes these alone. Fails on a bug that nobody notices, on a patch that no longer fits, and on a suite
// that is red without any bug.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const FOLDER = join(ROOT, 'fixtures/mutants');
const COPIED = ['src', 'fixtures', 'bin', 'package.json', 'tsconfig.json', 'vitest.config.ts'];
/** A bug may also show as a test that does not end: so long for each suite. */
const SUITE_MS = 120_000;

const wanted = process.argv.slice(2);
const mutants = readdirSync(FOLDER)
  .map((file) => file.replace(/\.patch$/, ''))
  .filter((name) => wanted.length === 0 || wanted.includes(name))
  .map((name) => {
    const text = readFileSync(join(FOLDER, `${name}.patch`), 'utf8');
    const [, bug, suite] = /^bug: (.+)\nred: (.+)\n/.exec(text);
    return { name, bug, suite };
  });
if (mutants.length < Math.max(1, wanted.length)) throw new Error(`no such bug among ${wanted}`);

const copy = mkdtempSync(join(tmpdir(), 'tunnelkit-mutants-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));
for (const path of COPIED) cpSync(join(ROOT, path), join(copy, path), { recursive: true });
symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));

function patch(name, ...how) {
  execFileSync('git', ['apply', ...how, join(FOLDER, `${name}.patch`)], {
    cwd: copy,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
}

/** How the suites end, and how many of their tests failed. */
function run(suites) {
  const args = ['--disable-warning=ExperimentalWarning', 'node_modules/vitest/vitest.mjs', 'run', '--project', 'unit'];
  const options = {
    cwd: copy,
    encoding: 'utf8',
    timeout: SUITE_MS * suites.length,
    env: { ...process.env, NO_COLOR: '1' },
  };
  const { status, stdout, error } = spawnSync(process.execPath, [...args, '--reporter=dot', ...suites], options);
  if (error?.code === 'ETIMEDOUT') return { red: true, seen: 'did not end' };
  const failed = /Tests\s+(\d+) failed/.exec(stdout)?.[1];
  // A suite that could not even be loaded notices nothing.
  return { red: failed !== undefined, seen: failed ? `${failed} failed` : `status ${status}`, output: stdout };
}

const sound = run([...new Set(mutants.map(({ suite }) => suite))]);
if (sound.red || sound.seen !== 'status 0') {
  console.log(sound.output);
  console.log('the suites are red without any bug');
  process.exit(1);
}
let unnoticed = 0;
for (const { name, bug, suite } of mutants) {
  patch(name);
  const begun = performance.now();
  const { red, seen } = run([suite]);
  patch(name, '--reverse');
  if (!red) unnoticed += 1;
  const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
  console.log(
    `${red ? 'noticed  ' : 'UNNOTICED'} ${name.padEnd(22)} ${suite.padEnd(40)} ${seen}, ${seconds} s: ${bug}`,
  );
}
console.log(`${mutants.length - unnoticed} of ${mutants.length} planted bugs were noticed`);
process.exit(unnoticed === 0 ? 0 : 1);
