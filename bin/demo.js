// `make run`: a gateway, a sample origin and an agent on free loopback ports, and a line to try. Ctrl-C stops all three.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'tunnelkit-demo-'));
const env = { ...process.env, XDG_DATA_HOME: join(folder, 'data'), XDG_CONFIG_HOME: join(folder, 'config') };
for (const name of Object.keys(env)) if (name.startsWith('TUNNELKIT_')) delete env[name];
const children = [];
let stopping = false;

/** Starts a program in a process group of its own, so that Ctrl-C reaches it only through `stop`, in order. */
function start(name, command, args) {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  createInterface({ input: child.stderr }).on('line', (line) => console.error(`${name.padEnd(8)}| ${line}`));
  child.on('exit', (code) => {
    if (stopping) return;
    console.error(`${name} ended by itself (${code}).`);
    void stop(1);
  });
  children.push(child);
  return child;
}

/** The first line of a program's stdout that `pick` makes something of; never, once it stops: nothing more is to be started then. */
function first(child, pick) {
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = pick(line);
      if (found && !stopping) resolve(found);
    });
  });
}

async function stop(code) {
  if (stopping) return;
  stopping = true;
  for (const child of children.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    // The group: a program that is only being started is still a shell with a child of its own.
    process.kill(-child.pid, 'SIGTERM');
    await ended;
  }
  rmSync(folder, { recursive: true, force: true });
  process.exit(code);
}
process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));

const ready = (line) => {
  const event = JSON.parse(line);
  return event.type === 'ready' ? event : undefined;
};
const tunnelkit = join(root, 'bin/tunnelkit');
const loopback = [
  '--http',
  '127.0.0.1:0',
  '--https',
  '127.0.0.1:0',
  '--admin',
  '127.0.0.1:0',
  '--tcp-ports',
  '20000-20099',
];
await first(start('gateway', tunnelkit, ['serve', '--json', ...loopback]), ready);
const port = await first(
  start('origin', process.execPath, [join(root, 'fixtures/origins/site.js'), '0']),
  (line) => /\d+/.exec(line)?.[0],
);
const { url } = await first(start('agent', tunnelkit, ['expose', port, '--json', '--name', 'demo']), ready);

// Not every resolver knows *.localhost: curl is told where it is, browsers know.
const { hostname, host } = new URL(url);
console.log(`\n  ${url}\n\n  curl --resolve ${hostname}:${host.split(':')[1]}:127.0.0.1 ${url}\n\nCtrl-C stops it.`);
