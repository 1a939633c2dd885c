// Every command and file that README.md shows does what it says there. A line without a rule fails, and so does a rule without its line.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freeRange, type Gateway, PROGRAM, ROOT, type Running, World } from './program.testkit.ts';
import { install, TestAuthority, visitSecurely } from './secure-visit.testkit.ts';
import { startSite } from './site.testkit.ts';
import { visit } from './visit.testkit.ts';

const DOMAIN = 'example.test';
const world = new World();
const authority = await TestAuthority.make();
const range = await freeRange(8);
const firstPort = Number(range.split('-')[0]);

/** Where the README's world is another than the test's: its words and ours. Applied to a line and to what it promises. */
const substitutions: [RegExp, string][] = [
  [/^(bin\/)?tunnelkit /, `${PROGRAM} `],
  [/\/var\/lib\/tunnelkit/, world.path('vps')],
  [/'tk:\/\/example\.com:443\/[^']*'/, 'set when the gateway runs'],
  [/example\.com/, DOMAIN],
  [/\b20005\b/, String(firstPort + 5)],
  [/\b20000\b/, String(firstPort)],
];
const ours = (text: string) => substitutions.reduce((sofar, [theirs, word]) => sofar.replace(theirs, word), text);

interface Line {
  readonly text: string;
  /** What stands behind the `#`. */
  readonly promise: string;
}

/** Fenced blocks, a block of sh line by line. */
function shown(): { readonly lines: readonly Line[]; readonly files: readonly string[] } {
  const readme = readFileSync(`${ROOT}/README.md`, 'utf8');
  const lines: Line[] = [];
  const files: string[] = [];
  for (const [, language, text] of readme.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)) {
    if (language === 'yaml') files.push(text!);
    else if (language !== 'sh') throw new Error(`README.md has a block of "${language}", for which there is no rule`);
    else
      for (const [, command, promise] of text!.matchAll(/^(\S.*?)(?:\s+# (.*))?$/gm))
        lines.push({ text: command!, promise: promise ?? '' });
  }
  return { lines, files };
}

let local: Gateway;
let vps: Gateway;

async function serve(line: Line): Promise<Gateway> {
  const args = ours(line.text).split(' ').slice(2);
  return world.serve([...args, '--tcp-ports', range], { NODE_EXTRA_CA_CERTS: world.path('authority.pem') });
}

/** Runs a line as a shell does; what it says on stdout first. */
async function say(line: Line): Promise<{ readonly running: Running; readonly said: string }> {
  const running = world.start(line.text, 'sh', ['-c', `exec ${ours(line.text)}`]);
  const said = await running.until('a line on stdout', () => /^.*(?=\n)/.exec(running.stdout)?.[0]);
  return { running, said };
}

const withPort = (promise: string) => ours(promise).replace(DOMAIN, `${DOMAIN}:${vps.ready.https.split(':').at(-1)}`);

/** The promise is the URL. */
async function publishes(line: Line, text: string): Promise<void> {
  const { running, said } = await say(line);
  expect(said).toBe(withPort(line.promise));
  expect((await visitSecurely(new URL(said), { ca: authority.pem })).text).toContain(text);
  expect(await running.stop('SIGINT')).toBe(0);
}

const wouldRun = (target: string) => execFileSync('make', ['-n', target], { cwd: ROOT, encoding: 'utf8' });

const RULES: Readonly<Record<string, (line: Line) => Promise<void>>> = {
  // What it does is the business of demo.test.ts.
  'make run': async () => expect(wouldRun('run')).toContain('bin/demo.js'),
  'make test': async () => expect(wouldRun('test')).toMatch(/test-needs[\s\S]*--project unit --project program/),
  'bin/tunnelkit serve': async (line) => {
    local = await serve(line);
  },
  'bin/tunnelkit expose 3000': async (line) => {
    const { running, said } = await say(line);
    expect(line.promise).toContain('prints http://NAME.localhost:8080');
    expect(said).toMatch(new RegExp(`^http://[a-z0-9-]+\\.localhost:${local.ready.http.split(':').at(-1)}$`));
    expect((await visit(new URL(said))).text).toContain('It works');
    expect(await running.stop('SIGINT')).toBe(0);
    expect(await local.running.stop('SIGINT')).toBe(0);
  },
  'tunnelkit serve --domain example.com --cert fullchain.pem --key privkey.pem --data-dir /var/lib/tunnelkit': async (
    line,
  ) => {
    vps = await serve(line);
    expect(vps.ready.join).toMatch(/^tk:\/\/example\.test:\d+\/\?token=[^&]+&pin=sha256-/);
    substitutions[2]![1] = `'${vps.ready.join.replace(DOMAIN, '127.0.0.1')}'`;
  },
  "tunnelkit login 'tk://example.com:443/?token=…&pin=sha256-…'": async (line) => {
    execFileSync('sh', ['-c', ours(line.text)], { env: world.env, stdio: 'pipe' });
  },
  'tunnelkit expose 3000 --name app': (line) => publishes(line, 'It works'),
  'tunnelkit expose ./public --name docs': (line) => publishes(line, 'a directory'),
  'tunnelkit expose tcp://localhost:5432': async (line) => {
    const { running, said } = await say(line);
    expect(said).toBe(ours(line.promise));
    // The site stands in for a database: the port carries bytes, whatever they are.
    expect((await visit(new URL(said.replace('tcp:', 'http:')))).text).toContain('It works');
    expect(await running.stop('SIGINT')).toBe(0);
  },
  'tunnelkit expose 3000 --auth ann:secret --allow-ip 203.0.113.0/24': async (line) => {
    const { running, said } = await say(line);
    expect((await visitSecurely(new URL(said), { ca: authority.pem })).status).toBe(403);
    expect(await running.stop('SIGINT')).toBe(0);
  },
  'tunnelkit connect --config tunnelkit.yaml': async (line) => {
    const running = world.start(line.text, 'sh', ['-c', `exec ${ours(line.text)}`]);
    await running.line(new RegExp(`https://app.${DOMAIN}:\\d+ → `));
    await running.line(new RegExp(`tcp://${DOMAIN}:${firstPort + 5} → `));
    expect(await running.stop('SIGINT')).toBe(0);
  },
};

const { lines, files } = shown();

beforeAll(async () => {
  const { port } = await startSite(world);
  substitutions.push([/\b3000\b/, port], [/\b5432\b/, port]);
  install(await authority.leaf([DOMAIN, `*.${DOMAIN}`]), {
    cert: world.path('fullchain.pem'),
    key: world.path('privkey.pem'),
  });
  writeFileSync(world.path('authority.pem'), authority.pem);
  writeFileSync(`${world.makeFolder('public')}/index.html`, 'a directory');
  expect(files).toHaveLength(1);
  const text = files[0]!.split('\n').map(ours).join('\n');
  writeFileSync(world.path('tunnelkit.yaml'), text);
});
afterAll(() => world.close());

describe('README.md', () => {
  it('has a rule for every line, and a line for every rule', () => {
    expect(lines.map(({ text }) => text).toSorted()).toEqual(Object.keys(RULES).toSorted());
  });

  it.each(lines)('is right about: $text', (line) => RULES[line.text]!(line));
});
