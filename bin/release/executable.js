// One executable: a target's Node with dist/tunnelkit.js inside (`node --build-sea`).
import { execFile } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { ROOT } from '../bundle/bundle.js';
import { checkExecutable } from './check.js';
import { nodePackageOf } from './node-of.js';
import { NATIVE } from './targets.js';

const MAIN = join(ROOT, 'dist/tunnelkit.js');

function configOf(name, node, output) {
  return {
    main: MAIN,
    mainFormat: 'module',
    executable: node,
    output,
    disableExperimentalSEAWarning: true,
    // V8 takes a cache only of its own build and processor family.
    useCodeCache: name === NATIVE,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // NODE_OPTIONS is meant for other people's programs.
    execArgvExtension: 'none',
  };
}

/**
 * Written in pieces: what `--build-sea` writes in one go lies in the page cache in large folios, and Linux counts every one that is
 * touched as resident memory, so that each process would seem to need 36 MB more until the machine is restarted.
 */
async function copyInPieces(from, to) {
  await pipeline(createReadStream(from), createWriteStream(to));
  await chmod(to, 0o755);
}

/** Makes `output` for the target `name`; it is there whole and checked, or not at all. */
export async function makeExecutable(name, target, output) {
  const node = join(await nodePackageOf(target), target.node);
  const fresh = `${output}.${process.pid}`;
  const [config, injected] = [`${fresh}.json`, `${fresh}.injected`];
  try {
    await writeFile(config, JSON.stringify(configOf(name, node, injected)));
    await promisify(execFile)(process.execPath, ['--build-sea', config], { cwd: ROOT });
    await copyInPieces(injected, fresh);
    await checkExecutable(name, target, fresh, MAIN);
    await rename(fresh, output);
  } finally {
    await Promise.all([config, injected, fresh].map((file) => rm(file, { force: true })));
  }
}
