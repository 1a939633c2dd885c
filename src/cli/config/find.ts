// Where the configuration file is. What it says is `load.ts`, which not every command needs.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Environment } from '../command.ts';
import { configDirectory } from '../places.ts';

const NAMES = ['tunnelkit.yaml', 'tunnelkit.yml', 'tunnelkit.toml', 'tunnelkit.json'];

/** The file to read: asked for, else by the environment, else the first of the usual places; undefined if there is none. */
export function findConfig(asked: string | undefined, env: Environment, cwd: string): string | undefined {
  const named = asked ?? env.TUNNELKIT_CONFIG;
  if (named) return resolve(cwd, named);
  const folders = [cwd, configDirectory(env), '/etc/tunnelkit'];
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((file) => existsSync(file));
}
