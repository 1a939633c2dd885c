// Is an executable what its name says? Looked up in its bytes, because this machine can run only its own kind.
import { readFile } from 'node:fs/promises';

/** Node looks for what was injected only where this says 1. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:';

function headerFault({ magic, machine }, bytes) {
  for (const [at, hex] of magic) {
    const found = bytes.subarray(at, at + hex.length / 2).toString('hex');
    if (found !== hex) return `at ${at} stands ${found} instead of ${hex}`;
  }
  // Portable executables: the header's place is at 60, the machine behind its signature.
  const header = machine === undefined ? 0 : bytes.readUInt32LE(60);
  const kind = bytes.subarray(header, header + 6).toString('hex');
  return machine === undefined || kind === `50450000${machine}` ? undefined : `its header is ${kind}`;
}

/** Throws unless `file` is an executable for `target` that will run `main`. */
export async function checkExecutable(name, target, file, main) {
  const [bytes, program] = await Promise.all([readFile(file), readFile(main)]);
  const header = headerFault(target, bytes);
  const fuse = bytes.indexOf(FUSE);
  const fault =
    header ??
    (fuse < 0 || bytes[fuse + FUSE.length] !== 0x31 ? 'its fuse is not set' : undefined) ??
    (bytes.includes(program) ? undefined : 'the program is not in it');
  if (fault !== undefined) throw new Error(`${file} is no executable for ${name}: ${fault}`);
}
