// Defects planted in every class of handler of the real gateway and the real agent: each costs whoever meets it one connection, is
// counted, and is told with its code. Everybody else goes on: a visitor who was there from the start, new ones, both processes.
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, PROGRAM, ROOT, type Running, World } from './program.testkit.ts';
import { UdpEnd } from './udp.testkit.ts';
import { dial, visit } from './visit.testkit.ts';
import { Wire } from './wire.testkit.ts';

const GATEWAY = 'at-the-gateway';
const AGENT = 'at-the-agent';
const planting = (word: string) => ({
  NODE_OPTIONS: `--import=${pathToFileURL(`${ROOT}/fixtures/defects/plant.js`)}`,
  PLANT: word,
});

const world = new World(PROGRAM, { mayBeDefect: true });
// What is in the query stands in the answer's head, so that only those who read answers meet it.
const site = createServer((request, response) => {
  const said = Buffer.from(new URL(request.url!, 'http://site').searchParams.get('say') ?? '', 'base64url');
  response.setHeader('X-Said', said.toString() || 'nothing').end('fine');
});
let gateway: Gateway;
let agent: Running;
let service: UdpEnd;
let bearer: { readonly authorization: string };
let bystander: Wire;
const urls: Record<string, URL> = {};

beforeAll(async () => {
  gateway = await world.serve([], planting(GATEWAY));
  service = await UdpEnd.bind();
  service.socket.on('message', (bytes, { port }) => service.send(port, bytes));
  const echo = world.start('echo', process.execPath, [`${ROOT}/fixtures/origins/tcp-echo.js`, '0']);
  const [echoPort] = await echo.line(/\d+/);
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const { port } = site.address() as { port: number };
  const file = world.path('connect.json');
  const exposures = [
    { target: port, name: 'web' },
    { target: port, name: 'guarded', auth: 'user:password' },
    { target: `tcp://127.0.0.1:${echoPort}` },
    { target: `udp://127.0.0.1:${service.port}` },
  ];
  writeFileSync(file, JSON.stringify({ exposures }));
  agent = world.tunnelkit(['connect', '--config', file, '--json'], planting(AGENT));
  await agent.until('all to be published', () => {
    for (const { type, url } of agent.events)
      if (type === 'exposed') {
        const at = new URL(String(url));
        urls[at.protocol === 'http:' ? at.host.split('.')[0]! : at.protocol] = at;
      }
    return Object.keys(urls).length === exposures.length || undefined;
  });
  const token = world.tunnelkit(['token', 'create', '--admin']);
  await token.exit;
  bearer = { authorization: `Bearer ${token.stdout.trim()}` };
  bystander = new Wire(await dial(urls['tcp:']!));
});
afterAll(async () => {
  bystander.socket.destroy();
  service.close();
  site.close();
  await world.close();
});

const b64 = (text: string) => Buffer.from(text).toString('base64url');
const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
const at = (name: string, path = '/') => new URL(path, urls[name]!);

/** Defects so far: as the gateway counts them, and as each process tells them. */
async function defects() {
  const { text } = await visit(new URL('/metrics', `http://${gateway.ready.admin}`), { headers: bearer });
  const counted = Number(/tunnelkit_errors_total\{code="TK-9001"\} (\d+)/.exec(text)?.[1]);
  const told = (running: Running) => running.stderr.match(/TK-9001.*planted/g)?.length ?? 0;
  return { counted, [GATEWAY]: told(gateway.running), [AGENT]: told(agent) };
}

/** What becomes of somebody who sends `word` to an echo over TCP. */
async function ending(word: string): Promise<string> {
  const wire = new Wire(await dial(urls['tcp:']!));
  wire.socket.write(word);
  return wire.ends();
}

/** How a request over HTTP/2, in the clear, ends. */
async function overHttp2(headers: Readonly<Record<string, string>>): Promise<string> {
  const session = connectHttp2(`http://127.0.0.1:${at('web').port}`);
  session.on('error', () => {});
  const { promise, resolve } = Promise.withResolvers<string>();
  const stream = session.request({ ':path': '/', ':authority': at('guarded').host, ...headers });
  stream.on('response', (head) => resolve(String(head[':status']))).on('error', () => {});
  stream.on('close', () => resolve('cut'));
  const outcome = await promise;
  session.destroy();
  return outcome;
}

/** How a request ends: by its status and the code on its page, or with nothing. */
const outcome = (url: URL, headers = {}) =>
  visit(url, { headers }).then(
    ({ status, text }) => `${status} ${/TK-\d{4}/.exec(text)?.[0] ?? text}`,
    () => 'cut',
  );

const PLANTS: readonly (readonly [handler: string, where: string, meet: () => Promise<string>, outcome: string])[] = [
  ['the head of a request', GATEWAY, () => outcome(at('web', `/${GATEWAY}`)), 'cut'],
  ['a policy', GATEWAY, () => outcome(at('guarded'), basic(`x:${GATEWAY}`)), 'cut'],
  ['a policy, over HTTP/2', GATEWAY, () => overHttp2(basic(`x:${GATEWAY}`)), 'cut'],
  ['the head of an answer from an agent', GATEWAY, () => outcome(at('web', `/?say=${b64(GATEWAY)}`)), '500 TK-9001'],
  ['what leaves for a visitor', GATEWAY, () => ending(GATEWAY), 'rst'],
  ['a request to the operator’s side', GATEWAY, () => createToken(GATEWAY), '70'],
  ['the head of a request from the gateway', AGENT, () => outcome(at('web', `/${AGENT}`)), '500 TK-9001'],
  ['the head of an origin’s answer', AGENT, () => outcome(at('web', `/?say=${b64(AGENT)}`)), '500 TK-9001'],
  ['what leaves for an origin', AGENT, () => ending(AGENT), 'rst'],
];

async function createToken(account: string): Promise<string> {
  return String(await world.tunnelkit(['token', 'create', '--account', account]).exit);
}

/** Who was there from the start, and who comes now. */
async function othersLive(): Promise<void> {
  const before = bystander.bytes;
  bystander.socket.write('still here');
  await bystander.until('the echo', () => bystander.bytes === before + 'still here'.length);
  expect(await outcome(at('web'))).toBe('200 fine');
  expect(await outcome(at('guarded'), basic('user:password'))).toBe('200 fine');
}

describe('a defect', () => {
  it.each(PLANTS)(
    'in %s (%s) costs one connection, is counted, and is told',
    async (_handler, where, meet, expected) => {
      const before = await defects();
      expect(await meet()).toBe(expected);
      await othersLive();
      const after = await defects();
      expect(after[where as typeof AGENT]).toBeGreaterThan(before[where as typeof AGENT]);
      if (where === GATEWAY || expected.includes('TK-9001')) expect(after.counted).toBeGreaterThan(before.counted);
      expect(agent.events.filter(({ type }) => type === 'defect').length).toBe(after[AGENT]);
    },
  );

  it.each([GATEWAY, AGENT])('in a datagram (%s) costs its flow, and another visitor is answered', async (where) => {
    const before = await defects();
    const [unlucky, lucky] = [await UdpEnd.bind(), await UdpEnd.bind()];
    const port = Number(urls['udp:']!.port);
    unlucky.send(port, Buffer.from(where));
    expect((await lucky.ask(port, Buffer.from('hello'))).toString()).toBe('hello');
    unlucky.close();
    lucky.close();
    await othersLive();
    expect((await defects())[where as typeof AGENT]).toBeGreaterThan(before[where as typeof AGENT]);
  });

  it('in a message of an agent costs that agent its session, and it is told why', async () => {
    const before = await defects();
    const other = world.tunnelkit(['expose', '1', '--name', GATEWAY, '--json']);
    await other.line(/TK-9001/);
    await other.stop('SIGKILL');
    await othersLive();
    expect((await defects())[GATEWAY]).toBeGreaterThan(before[GATEWAY]);
  });

  it.each([GATEWAY, AGENT])('that nobody catches (%s), thrown or rejected, is told and ends nothing', async (where) => {
    const running = where === GATEWAY ? gateway.running : agent;
    const before = (await defects())[where as typeof AGENT];
    running.child.kill('SIGUSR2');
    await running.line(/in a timer/);
    await running.line(/in a promise/);
    await othersLive();
    expect((await defects())[where as typeof AGENT]).toBe(before + 2);
  });

  it('is shown by status, with its code, of the gateway’s agent that met some', async () => {
    const status = world.tunnelkit(['status']);
    await status.exit;
    expect(status.stdout).toMatch(/TK-9001 .* \d+ times so far/);
    expect([gateway.running.child.exitCode, agent.child.exitCode]).toEqual([null, null]);
  });
});
