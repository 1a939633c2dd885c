// The everyday command is `tunnelkit expose 3000`, after one `tunnelkit login`.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, PROGRAM, World } from './program.testkit.ts';
import { startSite } from './site.testkit.ts';
import { visit } from './visit.testkit.ts';

const laptop = new World();
const home = new World();
const work = new World();
let gateways: { home: Gateway; work: Gateway };
let site: string;

beforeAll(async () => {
  site = (await startSite(laptop)).port;
  const [one, two] = await Promise.all([home.serve(['--domain', 'home.test']), work.serve(['--domain', 'work.test'])]);
  gateways = { home: one, work: two };
});
afterAll(() => Promise.all([laptop, home, work].map((world) => world.close())));

/** The operator's link, as it reaches this machine. */
const linkOf = (which: 'home' | 'work') =>
  gateways[which].ready.join.replace(/tk:\/\/[^/]+/, `tk://${String(gateways[which].ready.agents)}`);

async function ending(args: readonly string[]) {
  const running = laptop.tunnelkit(args);
  return { exit: await running.exit, stdout: running.stdout, stderr: running.stderr };
}

async function publishedBy(args: readonly string[]): Promise<URL> {
  const running = laptop.tunnelkit(['expose', site, ...args]);
  const url = await running.until('a URL', () => /^\S+(?=\n)/.exec(running.stdout)?.[0]);
  expect((await visit(new URL(url))).text).toContain('It works');
  expect(await running.stop('SIGINT')).toBe(0);
  return new URL(url);
}

describe('login', () => {
  it('reads the link from stdin and keeps it in a file of mode 0600', async () => {
    writeFileSync(laptop.path('link'), `${linkOf('home')}\n`);
    const login = laptop.start('login', 'sh', ['-c', `exec ${PROGRAM} login --as home - < link`]);
    expect(await login.exit).toBe(0);
    expect(login.stderr).toMatch(/Logged in to .* as "home"\. Publish something: tunnelkit expose 3000/);
    expect(login.stdout + login.stderr).not.toContain('tkt_');
    const file = laptop.path('config/tunnelkit/gateways.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain(linkOf('home'));
  });

  it('makes `expose` alone enough', async () => {
    expect((await publishedBy([])).hostname).toMatch(/^[a-z0-9-]+\.home\.test$/);
  });

  it('knows several gateways by name; the last one counts where none is named', async () => {
    expect(await ending(['login', '--as', 'work', linkOf('work')])).toMatchObject({ exit: 0 });
    expect((await publishedBy([])).hostname).toMatch(/\.work\.test$/);
    expect((await publishedBy(['--gateway', 'home'])).hostname).toMatch(/\.home\.test$/);
  });

  it('says which names it knows when it is asked for another', async () => {
    const { exit, stderr } = await ending(['expose', site, '--gateway', 'hoem']);
    expect(exit).toBe(3);
    expect(stderr).toMatch(/TK-5004[\s\S]*"hoem"[\s\S]*home, work/);
  });

  it('refuses what is no link, and keeps what it had', async () => {
    const { exit, stderr } = await ending(['login', 'https://home.test']);
    expect(exit).toBe(3);
    expect(stderr).toContain('TK-5003');
    expect((await publishedBy([])).hostname).toMatch(/\.work\.test$/);
  });
});

it('without a login or a gateway here the message names the two ways to get one', async () => {
  const nobody = new World();
  const running = nobody.tunnelkit(['expose', '3000']);
  expect(await running.exit).toBe(3);
  expect(running.stderr).toMatch(/TK-5004[\s\S]*`tunnelkit login LINK`[\s\S]*`tunnelkit serve`/);
  await nobody.close();
});
