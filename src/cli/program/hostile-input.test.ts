// What is written to make the program do more than it says (S10, X39): at the operator's socket, on the command line, and in names that become
// files. Each is refused with a code, and nothing has changed.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, symlinkSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from './program.testkit.ts';

const world = new World();
const socketPath = world.path('data/tunnelkit/admin.sock');
let link: string;
beforeAll(async () => {
  link = (await world.serve()).ready.join;
});
afterAll(() => world.close());

async function ask(method: string, path: string, body = '') {
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  const asked = request({ socketPath, method, path, headers, agent: false }).end(body);
  const [reply] = (await once(asked, 'response')) as [IncomingMessage];
  return { status: reply.statusCode, text: await text(reply) };
}

const standing = async () => [await ask('GET', '/tokens'), await ask('GET', '/names')].map((reply) => reply.text);

const BODIES: readonly (readonly [what: string, body: string])[] = [
  ['__proto__', '{"__proto__": {"account": "evil"}}'],
  ['an escaped __proto__', '{"\\u005f_proto__": {"account": "evil"}}'],
  ['__proto__ beside what is right', '{"account": "a", "names": ["*"], "__proto__": {"polluted": 1}}'],
  ['constructor.prototype', '{"constructor": {"prototype": {"polluted": 1}}}'],
  ['prototype', '{"prototype": {"polluted": 1}}'],
  ['toString', '{"toString": "evil"}'],
  ['a key that is not known', '{"account": "a", "admin": true}'],
  ['an account that is an object', '{"account": {"__proto__": {"length": 1}}}'],
  ['names that are no list', '{"names": {"length": 1, "0": "*"}}'],
  ['names in names', '{"names": [["*"]]}'],
  ['too many names', JSON.stringify({ names: Array(65).fill('*') })],
  ['a sparse port', '{"ports": {"0": 1, "1": 2}}'],
  ['a port that is none', '{"ports": [-1, 70000]}'],
  ['a port in text', '{"ports": ["1", "2"]}'],
  ['lists in lists', '['.repeat(4_000) + ']'.repeat(4_000)],
  ['objects in objects', `${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`],
  ['a list', '[{"account": "a"}]'],
  ['null', 'null'],
  ['a text', '"account"'],
  ['two values', '{"account": "a"}{"account": "b"}'],
  ['an account with a line break', '{"account": "a\\r\\nb"}'],
  ['an empty account', '{"account": ""}'],
];

describe('the operator’s socket', () => {
  it.each(BODIES)('refuses a token asked for with %s', async (_what, body) => {
    const before = await standing();
    const reply = await ask('POST', '/tokens', body);
    expect([reply.status, JSON.parse(reply.text).code]).toEqual([400, 'TK-5002']);
    expect(await standing()).toEqual(before);
  });

  it.each(['__proto__', 'constructor', '..%2f..%2fetc', '%00', '*', 'a%27%20OR%201=1'])(
    'finds no token and no name called %s',
    async (name) => {
      const before = await standing();
      for (const path of [`/tokens/${name}`, `/names/${name}`]) expect((await ask('DELETE', path)).status).toBe(404);
      expect(await standing()).toEqual(before);
    },
  );
});

describe('the command line', () => {
  it.each([
    [['token', 'create', '--__proto__.polluted', '1']],
    [['token', 'create', '--constructor.prototype.polluted', '1']],
    [['__proto__']],
    [['help', '__proto__']],
    [['explain', '__proto__']],
    [['expose', '1', '--gateway', 'constructor']],
  ])('%j is no command, option or name of ours', async (args) => {
    const before = await standing();
    const running = world.tunnelkit(args);
    expect([2, 3]).toContain(await running.exit);
    expect(running.stderr).toMatch(/TK-\d{4}/);
    expect(await standing()).toEqual(before);
  });
});

describe('a name that becomes a file', () => {
  const all = () => readdirSync(world.folder, { recursive: true, encoding: 'utf8' }).toSorted();

  it('does not: whatever a gateway is called at login, it stands in the one file of gateways', async () => {
    expect(await world.tunnelkit(['login', link]).exit).toBe(0);
    const before = all();
    for (const name of ['../../out', '__proto__', 'a\nb'])
      expect(await world.tunnelkit(['login', link, '--as', name]).exit).toBe(0);
    expect(all()).toEqual(before);
    expect(await world.tunnelkit(['expose', '1', '--gateway', '__proto__', '--wait', '0.01']).exit).toBe(124);
  });

  it.each(['../out', '__proto__'])('an exposure cannot be called %j', async (name) => {
    const running = world.tunnelkit(['expose', '1', '--name', name]);
    expect(await running.exit).toBe(2);
    expect(running.stderr).toContain('TK-5005');
  });
});

describe('a bundle', () => {
  it('holds plain files of one folder, and nothing that leads out of it', async () => {
    const file = world.path('bundle.tar.gz');
    await world.tunnelkit(['doctor', '--bundle', file]).exit;
    const lines = execFileSync('tar', ['-tvzf', file], { encoding: 'utf8' }).trim().split('\n');
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) expect(line).toMatch(/^-rw------- .* tunnelkit-report\/[a-z-]+\.[a-z]+$/);
  });

  it('is not written through a link, even to what is not there yet', async () => {
    const [way, out] = [world.path('link.tar.gz'), join(world.makeFolder('elsewhere'), 'out')];
    symlinkSync(out, way);
    const running = world.tunnelkit(['doctor', '--bundle', way]);
    await running.exit;
    expect([existsSync(out), running.stderr]).toEqual([false, expect.stringContaining('TK-8005')]);
  });
});
