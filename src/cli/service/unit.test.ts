import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type UnitPlan, unitName, unitText, word } from './unit.ts';

const gateway: UnitPlan = {
  role: 'serve',
  scope: 'system',
  command: ['/bin/true', '--quoted=100% "of" $HOME', 'serve', '--config', '/etc/tunnel kit/a.yaml'],
  environment: { XDG_DATA_HOME: '/var/lib' },
  writable: [],
};
const agent: UnitPlan = {
  ...gateway,
  role: 'connect',
  command: ['/bin/true', 'connect', '--config', '/root/a.yaml'],
  environment: {},
  account: 'root',
  writable: ['/root/.config/tunnelkit'],
};
const PLANS: readonly (readonly [string, UnitPlan])[] = [
  ['the gateway of a system', gateway],
  ['the agent of a system', agent],
  ['the gateway of a user', { ...gateway, scope: 'user' }],
  ['the agent of a user', { ...agent, scope: 'user' }],
];

function written(plan: UnitPlan): { readonly folder: string; readonly file: string } {
  const folder = mkdtempSync(join(tmpdir(), 'unit-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, unitName(plan.role));
  writeFileSync(file, unitText(plan));
  return { folder, file };
}

/** systemd's own judge; it reads files and asks nobody. Without a runtime directory it refuses to look at users' units. */
async function analyze(folder: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, XDG_RUNTIME_DIR: folder };
  const { stdout, stderr } = await promisify(execFile)('systemd-analyze', args, { env });
  return stdout + stderr;
}

describe('a unit', () => {
  it.each(PLANS)('for %s is one that systemd takes without a word', async (_, plan) => {
    const { folder, file } = written(plan);
    expect(await analyze(folder, ...(plan.scope === 'user' ? ['--user'] : []), 'verify', file)).toBe('');
  });

  it('with a word that systemd does not know would be told', async () => {
    const { folder, file } = written(gateway);
    writeFileSync(file, unitText(gateway).replace('ProtectSystem', 'ProtectSistem'));
    expect(await analyze(folder, 'verify', file)).toContain("'ProtectSistem'");
  });

  it.each(PLANS.slice(0, 2))('for %s is confined as systemd recommends', async (name, plan) => {
    const { folder, file } = written(plan);
    const told = await analyze(folder, 'security', '--offline=true', '--no-pager', file);
    const [, exposure] = /Overall exposure level for \S+: ([\d.]+)/.exec(told)!;
    console.log(`${name}: systemd-analyze security says ${exposure} (0 is best, 10 worst)`);
    expect(Number(exposure)).toBeLessThan(3);
  });

  it('of a gateway may open low ports and keeps its data; of an agent has a runtime directory and can reload', () => {
    const lines = (plan: UnitPlan) => unitText(plan).split('\n');
    expect(lines(gateway)).toEqual(
      expect.arrayContaining([
        'DynamicUser=yes',
        'StateDirectory=tunnelkit',
        'AmbientCapabilities=CAP_NET_BIND_SERVICE',
      ]),
    );
    expect(lines(gateway).filter((line) => line.startsWith('ExecReload'))).toEqual([]);
    expect(lines(agent)).toEqual(
      expect.arrayContaining([
        'User=root',
        'CapabilityBoundingSet=CAP_DAC_READ_SEARCH',
        'ExecReload=kill -HUP $MAINPID',
        'RuntimeDirectory=tunnelkit',
      ]),
    );
    expect(lines({ ...agent, account: 'ann' })).toContain('CapabilityBoundingSet=');
    expect(lines({ ...agent, scope: 'user' }).filter((line) => /User|Protect|Directory|Capab/.test(line))).toEqual([]);
  });

  it('has words that systemd reads as they were meant', () => {
    expect(['plain', 'a b', '50%', '$HOME', 'say "x"', 'back\\slash'].map(word)).toEqual([
      'plain',
      '"a b"',
      '50%%',
      '$$HOME',
      '"say \\"x\\""',
      '"back\\\\slash"',
    ]);
  });
});
