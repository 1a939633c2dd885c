// One target's check holds for all of them: what differs is a row of `TARGETS`, and each row is met here by a file as that system has it.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkExecutable } from './check.js';
import { NATIVE, TARGETS } from './targets.js';

const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:';
const PROGRAM = 'console.log("the program")';

/** The first bytes of each kind of executable, by the format's own documents: ELF, Mach-O, PE behind the stub for DOS. */
const elf = (machine) =>
  Buffer.concat([
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0]),
    Buffer.from([machine, 0, 1, 0, 0, 0]),
  ]);
const machO = (cpu) => Buffer.from([0xcf, 0xfa, 0xed, 0xfe, cpu, 0, 0, 1, 0, 0, 0, 0, 2, 0, 0, 0]);
function portable(machine) {
  const bytes = Buffer.alloc(0x90);
  bytes.write('MZ');
  bytes.writeUInt32LE(0x80, 60);
  bytes.write('PE\0\0', 0x80);
  bytes.writeUInt16LE(machine, 0x84);
  return bytes;
}
const HEADS = {
  'linux-x64': elf(0x3e),
  'linux-arm64': elf(0xb7),
  'darwin-x64': machO(7),
  'darwin-arm64': machO(12),
  'win-x64': portable(0x8664),
};

let folder;
let main;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tunnelkit-check-'));
  main = join(folder, 'main.js');
  await writeFile(main, PROGRAM);
});
afterAll(() => rm(folder, { recursive: true }));

async function check(name, head, { fuse = '1', program = PROGRAM } = {}) {
  const file = join(folder, 'executable');
  await writeFile(file, Buffer.concat([head, Buffer.from(`${FUSE}${fuse}…${program}`)]));
  return checkExecutable(name, TARGETS[name], file, main);
}

describe('the check of an executable', () => {
  it('knows every target', () => {
    expect(Object.keys(HEADS).toSorted()).toEqual(Object.keys(TARGETS).toSorted());
  });

  it.each(Object.keys(HEADS))('takes one of %s, and none of another machine', async (name) => {
    await check(name, HEADS[name]);
    const others = Object.keys(HEADS).filter((other) => other !== name);
    for (const other of others)
      await expect(check(name, HEADS[other]), other).rejects.toThrow(`no executable for ${name}`);
  });

  it('takes none of 32-bit Windows', async () => {
    await expect(check('win-x64', portable(0x014c))).rejects.toThrow('its header is 504500004c01');
  });

  it('takes none whose fuse is not set, or without the program', async () => {
    await expect(check(NATIVE, HEADS[NATIVE], { fuse: '0' })).rejects.toThrow('its fuse is not set');
    await expect(check(NATIVE, HEADS[NATIVE], { program: '' })).rejects.toThrow('the program is not in it');
  });

  it('takes the real Node of this machine only with a program inside', async () => {
    const { package: installed, node } = TARGETS[NATIVE];
    const bare = join(import.meta.dirname, '../../node_modules', installed, node);
    await expect(checkExecutable(NATIVE, TARGETS[NATIVE], bare, main)).rejects.toThrow('its fuse is not set');
  });
});
