// `tunnelkit service` as a user types it. The unit is judged by the real systemd elsewhere; here `systemctl` is a stand-in that writes
// down what it is told: a real manager would start services of whoever runs the tests, and reads units only from that user's own home.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { World } from './program.testkit.ts';

const SYSTEMCTL = `#!/bin/sh
cd "$(dirname "$0")" || exit 1
[ "$1" = --user ] || exit 1
shift
case $1 in
  is-system-running) cat state; exit 1 ;;
  show) cat properties 2>/dev/null || printf 'ActiveState=inactive\\nUnitFileState=disabled\\nMainPID=0\\n'; exit ;;
esac
echo "$*" >> calls
if [ -e "refuses-$1" ]; then echo 'Job for the unit failed.' >&2; exit 1; fi
`;
const JOURNALCTL = '#!/bin/sh\nprintf "first line\\nlast line\\n"\n';

let world: World;
beforeEach(() => {
  world = new World();
  world.makeFolder('bin');
  for (const [name, text] of [
    ['systemctl', SYSTEMCTL],
    ['journalctl', JOURNALCTL],
  ] as const) {
    writeFileSync(world.path('bin', name), text);
    chmodSync(world.path('bin', name), 0o755);
  }
  writeFileSync(world.path('bin/state'), 'degraded\n');
});
afterEach(() => world.close());

const UNIT = 'config/systemd/user/tunnelkit-serve.service';

async function service(...args: string[]) {
  const running = world.tunnelkit(['service', ...args, '--user'], { PATH: `${world.path('bin')}:${world.env.PATH}` });
  return { exit: await running.exit, stdout: running.stdout, stderr: running.stderr };
}

/** What systemctl was told to change since the last call. */
function calls(): string[] {
  const file = world.path('bin/calls');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  writeFileSync(file, '');
  return lines;
}

const unit = () => readFileSync(world.path(UNIT), 'utf8');

describe('service install', () => {
  it('writes the unit, enables and starts it; again, it changes nothing', async () => {
    expect(await service('install', 'serve')).toMatchObject({
      exit: 0,
      stdout: 'tunnelkit-serve.service is installed and runs, now and after every boot\n',
    });
    const unitName = 'tunnelkit-serve.service';
    expect(calls()).toEqual(['daemon-reload', `enable ${unitName}`, `restart ${unitName}`]);
    const text = unit();
    expect((await service('install', 'serve')).exit).toBe(0);
    expect(calls()).toEqual(['daemon-reload', `enable ${unitName}`, `start ${unitName}`]);
    expect(unit()).toBe(text);
    expect(readdirSync(dirname(world.path(UNIT)))).toEqual([unitName]);
  });

  it('writes a command that is the gateway: started as systemd would, it says that it is ready', async () => {
    const file = world.path('tunnelkit.yaml');
    const at = ['http', 'https', 'admin'].map((name) => `  ${name}: 127.0.0.1:0\n`).join('');
    writeFileSync(file, `serve:\n${at}`);
    expect((await service('install', 'serve', '--config', file)).exit).toBe(0);
    const line = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(unit())![1]!;
    const [program, ...args] = line('ExecStart').split(' ');
    const socket = world.path('notify');
    const ear = world.start('socat', 'socat', ['-d', '-d', '-u', `UNIX-RECV:${socket}`, 'STDOUT']);
    await ear.line(/starting data transfer loop/);
    const gateway = world.start('unit', program!, args, { NOTIFY_SOCKET: socket });
    await ear.until('READY', () => (ear.stdout.includes('READY=1') ? true : undefined));
    expect(args.slice(-2)).toEqual(['--config', file]);
    expect(await gateway.stop()).toBe(0);
  });

  it('leaves a unit alone that somebody else wrote, and says so', async () => {
    mkdirSync(dirname(world.path(UNIT)), { recursive: true });
    writeFileSync(world.path(UNIT), '[Service]\nExecStart=mine\n');
    for (const action of ['install', 'uninstall', 'status']) {
      const { exit, stderr } = await service(action, 'serve');
      expect([action, exit, stderr.includes('TK-5015')]).toEqual([action, 7, true]);
    }
    expect([unit(), calls()]).toEqual(['[Service]\nExecStart=mine\n', []]);
  });

  it('tells what systemd refused, and leaves the unit for whoever looks into it', async () => {
    writeFileSync(world.path('bin/refuses-restart'), '');
    const { exit, stderr } = await service('install', 'serve');
    expect(exit).toBe(1);
    expect(stderr).toContain('TK-5016');
    expect(stderr).toContain('restart tunnelkit-serve.service: Job for the unit failed.');
    expect(unit()).toContain('Type=notify');
  });

  it('installs no agent that would not start', async () => {
    const { exit, stderr } = await service('install', 'connect');
    expect([exit, stderr.includes('TK-5001')]).toEqual([3, true]);
    expect(calls()).toEqual([]);
  });

  it('changes nothing where no systemd runs', async () => {
    writeFileSync(world.path('bin/state'), 'offline\n');
    const { exit, stderr } = await service('install', 'serve');
    expect([exit, stderr.includes('TK-5013'), existsSync(world.path(UNIT)), calls()]).toEqual([1, true, false, []]);
    // Nor has this world's user a manager of its own, whatever runs this machine.
    const real = world.tunnelkit(['service', 'status', '--user']);
    expect([await real.exit, real.stderr.includes('TK-5013')]).toEqual([1, true]);
  });
});

describe('service uninstall', () => {
  it('stops, disables and removes the unit; again, it has nothing to do', async () => {
    await service('install', 'serve');
    calls();
    expect((await service('uninstall', 'serve')).exit).toBe(0);
    expect(calls()).toEqual(['disable --now tunnelkit-serve.service', 'daemon-reload']);
    expect(existsSync(world.path(UNIT))).toBe(false);
    expect(await service('uninstall', 'serve')).toMatchObject({
      exit: 0,
      stdout: 'tunnelkit-serve.service was not installed\n',
    });
    expect(calls()).toEqual([]);
  });
});

describe('service status', () => {
  it('says in plain words what is there', async () => {
    expect(await service('status')).toMatchObject({
      exit: 1,
      stdout: 'tunnelkit-serve.service is not installed\ntunnelkit-connect.service is not installed\n',
    });
    await service('install', 'serve');
    const running = [
      'ActiveState=active',
      'UnitFileState=enabled',
      'MainPID=42',
      'StatusText=2 agents',
      'Result=success',
    ];
    const since = 'ActiveEnterTimestamp=Sat 2026-11-21 12:00:00 UTC';
    writeFileSync(world.path('bin/properties'), `${[...running, since].join('\n')}\n`);
    const { exit, stdout } = await service('status');
    expect(exit).toBe(0);
    expect(stdout).toBe(
      [
        'tunnelkit-serve.service runs since Sat 2026-11-21 12:00:00 UTC, pid 42',
        '  2 agents',
        '  it starts at boot',
        `  installed as ${world.path(UNIT)}`,
        '  its last lines:',
        '    first line',
        '    last line',
        'tunnelkit-connect.service is not installed',
        '',
      ].join('\n'),
    );
  });

  it('of one that failed says that, and exits 1', async () => {
    await service('install', 'serve');
    writeFileSync(
      world.path('bin/properties'),
      'ActiveState=failed\nUnitFileState=disabled\nMainPID=0\nResult=watchdog\nStatusText=old\n',
    );
    const { exit, stdout } = await service('status', 'serve');
    expect(exit).toBe(1);
    expect(stdout).toMatch(
      /^tunnelkit-serve.service has failed\n {2}systemd calls it "watchdog"\n {2}it does not start at boot\n/,
    );
  });
});

it('service without a role, or with a word it does not know, is wrong usage', async () => {
  const wrong = [['install'], ['restart', 'serve'], ['install', 'expose'], ['constructor', 'serve']];
  const said = await Promise.all(wrong.map((args) => service(...args)));
  expect(said.map(({ exit, stderr }) => [exit, stderr.includes('TK-5005')])).toEqual(wrong.map(() => [2, true]));
});
