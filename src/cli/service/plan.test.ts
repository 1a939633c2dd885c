import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatJoinLink } from '../../identity/join-link.ts';
import { makeToken } from '../../identity/token.ts';
import { type FindAccount, planUnit } from './plan.ts';

const nobody: FindAccount = async () => undefined;

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'plan-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  chmodSync(path, 0o755);
  return path;
}

function configFile(text: string): string {
  const file = join(folder(), 'tunnelkit.yaml');
  writeFileSync(file, text);
  return file;
}

const gateway = (config: string, find = nobody) => planUnit({ role: 'serve', scope: 'system', config }, {}, find);
const agent = (config: string, find: FindAccount) => planUnit({ role: 'connect', scope: 'system', config }, {}, find);

describe('a service of the system', () => {
  it('runs this very program, with its file by an absolute path', async () => {
    const file = configFile('serve:\n  domain: example.com\n');
    const ownUser: FindAccount = async (name) => ({ name: String(name), uid: 1, gid: 1, home: '/' });
    const { command, environment, account } = await gateway(file, ownUser);
    expect(command[0]).toBe(process.execPath);
    expect(command.slice(-3)).toEqual(['serve', '--config', file]);
    expect([environment, account]).toEqual([{ XDG_DATA_HOME: '/var/lib' }, undefined]);
  });

  it('is refused where the file is wrong, or asks for data elsewhere', async () => {
    await expect(gateway(configFile('serv: {}\n'))).rejects.toMatchObject({ code: 'TK-5002' });
    await expect(gateway(configFile('serve:\n  data-dir: /srv\n'))).rejects.toMatchObject({ code: 'TK-5002' });
  });

  it('is refused where a user of its own could not read what it needs, and says what closes the way', async () => {
    const key = join(folder(), 'key.pem');
    writeFileSync(key, '');
    const file = configFile(`serve:\n  cert: ${key}\n  key: ${key}\n`);
    chmodSync(key, 0o600);
    await expect(gateway(file)).rejects.toMatchObject({ code: 'TK-5017', seen: expect.stringMatching(/^\/.*\.$/) });
    chmodSync(file, 0o600);
    await expect(gateway(file)).rejects.toMatchObject({ code: 'TK-5017' });
  });

  it('runs an agent as the owner of its file, whose folder for key and logins is made', async () => {
    const home = folder();
    const link = formatJoinLink({
      host: 'example.com',
      port: 443,
      token: makeToken(),
      pin: `sha256-${'A'.repeat(43)}`,
    });
    const file = configFile(`gateway: ${link}\nexposures:\n  - target: 1\n`);
    const { uid, gid } = statSync(file);
    const owner: FindAccount = async (user) => ({ name: `user${user}`, uid, gid, home });
    const plan = await agent(file, owner);
    expect(plan).toMatchObject({ account: `user${uid}`, writable: [join(home, '.config/tunnelkit')] });
    expect(statSync(join(home, '.config/tunnelkit')).mode & 0o777).toBe(0o700);
  });

  it('runs no agent without a file, for an owner who has no home, or without a gateway', async () => {
    const home = folder();
    const file = configFile('gateway: nowhere\nexposures:\n  - target: 1\n');
    const owner: FindAccount = async () => ({ name: 'ann', uid: 1, gid: 1, home });
    await expect(agent(file, owner)).rejects.toMatchObject({ code: 'TK-5004' });
    await expect(agent(file, nobody)).rejects.toMatchObject({ code: 'TK-5002' });
    await expect(planUnit({ role: 'connect', scope: 'user', config: undefined }, { HOME: home })).rejects.toMatchObject(
      {
        code: 'TK-5001',
      },
    );
  });
});

describe('a service of a user', () => {
  it('knows where that user keeps things', async () => {
    const env = { HOME: folder(), XDG_DATA_HOME: '/d', PATH: '/bin' };
    const plan = await planUnit({ role: 'serve', scope: 'user', config: undefined }, env);
    expect([plan.environment, plan.command.at(-1)]).toEqual([{ XDG_DATA_HOME: '/d' }, 'serve']);
  });
});
