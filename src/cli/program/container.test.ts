// The container's files against the program: what Dockerfile and compose.yaml say is parsed, and run here without a container.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { LIMITS } from '../../contract/limits.ts';
import { serve } from '../commands/serve.ts';
import { parse } from '../parse.ts';
import { EXECUTABLE, ROOT, World } from './program.testkit.ts';

interface Service {
  readonly build: string;
  readonly command: readonly string[];
  readonly ports: readonly string[];
  readonly volumes: readonly string[];
  readonly stop_grace_period: string;
}

const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const dockerfile = read('Dockerfile').replaceAll('\\\n', '');
const compose = read('compose.yaml');
const { gateway } = (parseYaml(compose) as { services: { gateway: Service } }).services;

/** An instruction's arguments, in its form of a list. */
const listed = (instruction: string) =>
  JSON.parse(new RegExp(`^${instruction} .*?(\\[.*\\])$`, 'm').exec(dockerfile)![1]!) as string[];
const HEALTH = listed('HEALTHCHECK');
const letIn = read('.dockerignore').match(/(?<=^!).+$/gm)!;
/** What the first stage builds the executable with. */
const BUILD = /^RUN .*(node bin\/build\.js) && (node bin\/dist\.js) --executable$/m.exec(dockerfile)!;

const world = new World(EXECUTABLE);
afterAll(() => world.close());

/** A command line of the files, with the volume in this world. */
const here = (args: readonly string[]) => args.map((arg) => arg.replace(/^\/data\b/, world.path('volume')));

async function endingOf(line: readonly string[]) {
  const [program, ...args] = here(line);
  expect(program).toBe('tunnelkit');
  const running = world.tunnelkit(args);
  return { exit: await running.exit, stdout: running.stdout };
}

describe('the image', () => {
  it('copies what there is, all that .dockerignore lets in and no more', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, files]) => files!.split(' '));
    expect(copied.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
    expect([...new Set(copied)].sort()).toEqual([...letIn].sort());
  });

  it('is built from these files alone', () => {
    const context = world.makeFolder('context');
    const leftOut = /\.(test|testkit|suite)\.[jt]s$/;
    for (const file of letIn) {
      cpSync(join(ROOT, file), join(context, file), { recursive: true, filter: (path) => !leftOut.test(path) });
    }
    // In place of `npm ci`.
    symlinkSync(join(ROOT, 'node_modules'), join(context, 'node_modules'));
    const options = { cwd: context, shell: true, encoding: 'utf8' } as const;
    execFileSync(BUILD[1]!, options);
    for (const [, built] of dockerfile.matchAll(/^COPY --from=build \/build\/(dist\/\S+) /gm)) {
      if (built !== 'dist/tunnelkit') expect(existsSync(join(context, built!)), built).toBe(true);
    }
    // That it stops at the target, and not before, shows that all it imports is there.
    const dist = spawnSync(BUILD[2]!, { ...options, env: { ...process.env, TARGETS: 'a-toaster' } });
    expect([dist.status, dist.stderr]).toEqual([2, expect.stringContaining('no target a-toaster')]);
  });

  it('has what the executable is linked with', () => {
    const needed = execFileSync('ldd', [EXECUTABLE], { encoding: 'utf8' }).match(/lib(atomic|stdc\+\+)\.so\.\d+/g);
    expect(new Set(needed)).toEqual(new Set(['libatomic.so.1', 'libstdc++.so.6']));
    expect(dockerfile).toMatch(/^RUN apt-get update .* ca-certificates libatomic1 libstdc\+\+6 /m);
  });

  it('runs the program as a user without rights, and gives it the volume', () => {
    const [, uid, user] = /useradd --uid (\d+) .* (\S+) {2,}&& install/.exec(dockerfile)!;
    expect(Number(uid)).toBeGreaterThan(999);
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
    expect(last.match(/^USER .*$/gm)).toEqual([`USER ${user}`]);
    expect(last).toContain(`install --directory --owner ${user} --group ${user} --mode 0700 /data`);
    expect(last).toMatch(/^VOLUME \/data$/m);
    expect(gateway.volumes).toEqual(['data:/data']);
    expect(listed('ENTRYPOINT')).toEqual(['tunnelkit']);
  });
});

describe('the gateway in the container', () => {
  it('listens where the ports are published, and has the time it needs to stop', () => {
    const exposed = /^EXPOSE (.*)$/m.exec(dockerfile)![1]!.split(' ');
    const defaults = serve.options.flatMap((row) => row.default?.match(/(?<=:)\d+\b|^\d+-\d+$/g) ?? []);
    expect(exposed.filter((port) => !defaults.includes(port.replace('/udp', '')))).toEqual([]);
    expect(gateway.ports.map((port) => port.split(':'))).toEqual(
      ['80', '443', '20000-20099', '20000-20099/udp'].map((port) => [port.replace('/udp', ''), port]),
    );
    expect(Number.parseInt(gateway.stop_grace_period, 10) * 1_000).toBeGreaterThan(LIMITS.drainMs.value);
  });

  it('runs as each of the two files says', async () => {
    for (const command of [listed('CMD'), gateway.command]) {
      expect(await parse(command, '1')).toMatchObject({ kind: 'command', options: { 'data-dir': '/data' } });
    }
    expect(gateway.build).toBe('.');
  });

  it('is healthy while it runs and not before, shows its join link, makes tokens, and stops when it is told to', async () => {
    expect(await endingOf(HEALTH)).toMatchObject({ exit: 5 });
    const command = here(gateway.command).map((arg) => arg.replace(/^\$\{TUNNELKIT_DOMAIN:.*\}$/, 'example.test'));
    const { running, ready } = await world.serve([...command.slice(1), '--acme', 'off']);
    expect(await endingOf(HEALTH)).toMatchObject({ exit: 0 });
    const typed = [...compose.matchAll(/docker compose exec gateway (.*?)(?: {2,}#.*)?$/gm)].map(([, line]) =>
      line!.split(' '),
    );
    const [shown, token] = typed as [string[], string[]];
    expect(execFileSync(shown[0]!, here(shown.slice(1)), { encoding: 'utf8' }).trim()).toBe(ready.join);
    expect(await endingOf(token)).toMatchObject({ exit: 0, stdout: expect.stringMatching(/tk:\/\/example\.test:/) });
    expect(await running.stop(/^STOPSIGNAL (.*)$/m.exec(dockerfile)![1] as NodeJS.Signals)).toBe(0);
  });
});
