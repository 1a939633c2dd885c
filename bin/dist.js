// `make dist`: the single executable dist/tunnelkit for this machine and, for it and each of $TARGETS, an archive to hand out.
// With --executable only the executable.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './bundle/bundle.js';
import { makeArchive, megabytes, writeSums } from './release/archive.js';
import { makeExecutable } from './release/executable.js';
import { releaseNotes } from './release/release-notes.js';
import { NATIVE, TARGETS } from './release/targets.js';

const dist = join(ROOT, 'dist');
const asked = (process.env.TARGETS ?? '').split(/[\s,]+/).filter(Boolean);
const names = [...new Set([NATIVE, ...asked])];
const unknown = names.find((name) => !(name in TARGETS));
if (unknown !== undefined) {
  console.error(`dist: there is no target ${unknown}. There are: ${Object.keys(TARGETS).join(' ')}`);
  process.exit(2);
}

const executableOf = (name) =>
  join(dist, name === NATIVE ? 'tunnelkit' : `tunnelkit-${name}`) + (TARGETS[name].suffix ?? '');

if (process.argv.includes('--executable')) await makeExecutable(NATIVE, TARGETS[NATIVE], executableOf(NATIVE));
else {
  const archives = [];
  for (const name of names) {
    const executable = executableOf(name);
    await makeExecutable(name, TARGETS[name], executable);
    const archive = await makeArchive(name, TARGETS[name], executable, dist);
    archives.push(archive);
    console.log(`${archive}: ${await megabytes(join(dist, archive))}, executable ${await megabytes(executable)}`);
  }
  await writeSums(archives, dist);
  await writeFile(join(dist, 'RELEASE-NOTES.md'), await releaseNotes());
}
