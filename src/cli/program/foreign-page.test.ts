// Web pages of somebody else in a real browser on the machine of a gateway: they try all that a page can have a browser send to the admin
// listener, by its address, by its name and by a name of theirs that was bent to it (DNS rebinding). Nothing is let in, nothing has changed.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { World } from './program.testkit.ts';
import { visit } from './visit.testkit.ts';

const world = new World();
// The pages of somebody else, and what sends a browser on to where it says.
const theirs = createServer((request, response) => {
  const to = new URL(request.url!, 'http://x').searchParams.get('to');
  if (to !== null) response.writeHead(307, { Location: to }).end();
  else response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>theirs</title>');
});
let admin: number;
let token: string;
let browser: BrowserContext;
let page: Page;

beforeAll(async () => {
  theirs.listen(0, '127.0.0.1');
  await once(theirs, 'listening');
  const gateway = await world.serve();
  admin = Number(gateway.ready.admin.split(':').at(-1));
  const made = world.tunnelkit(['token', 'create', '--admin']);
  await made.exit;
  token = made.stdout.trim();
  browser = await chromium.launchPersistentContext(world.path('chromium'), {
    executablePath: '/usr/bin/chromium',
    args: [
      ...['--no-sandbox', '--disable-gpu', '--no-first-run', '--host-resolver-rules=MAP evil.example 127.0.0.1'],
      // New browsers ask before a page may reach this machine at all; not all do.
      '--disable-features=LocalNetworkAccessChecks,BlockInsecurePrivateNetworkRequests',
    ],
  });
  page = await browser.newPage();
});
afterAll(async () => {
  await browser?.close();
  theirs.close();
  await world.close();
});

/** What a page can do, as it does it; each settles with what the page has got to read, or with nothing. */
const DEEDS = `async ({ at, back, token }) => {
  const read = (reply) => reply.text().then((text) => (reply.type === 'opaque' ? '' : reply.status + ' ' + text));
  const ask = (path, options) => fetch(at + path, options).then(read, () => '');
  const json = JSON.stringify({ account: 'evil', names: ['*'] });
  const authorization = 'Bearer ' + token;
  const loads = (tag, set) => new Promise((done) => {
    const element = document.createElement(tag);
    element.onload = element.onerror = () => done(tag === 'iframe' ? '' : String(element.naturalWidth || ''));
    set(element);
    document.body.append(element);
  });
  let frames = 0;
  const sends = (enctype, action) => new Promise((done) => {
    const name = 'frame' + frames++;
    const frame = document.createElement('iframe');
    frame.name = name;
    document.body.append(frame);
    const form = Object.assign(document.createElement('form'), { method: 'post', enctype, action, target: name });
    form.append(Object.assign(document.createElement('input'), { name: json, value: '' }));
    document.body.append(form);
    frame.onload = () => done('');
    form.submit();
  });
  return {
    image: await loads('img', (image) => { image.src = at + '/status'; }),
    script: await loads('script', (script) => { script.src = at + '/status'; }),
    frame: await loads('iframe', (frame) => { frame.src = at + '/status'; }),
    sandbox: await loads('iframe', (frame) => { frame.sandbox = 'allow-scripts'; frame.src = at + '/status'; }),
    form: await sends('application/x-www-form-urlencoded', at + '/tokens'),
    files: await sends('multipart/form-data', at + '/tokens'),
    text: await sends('text/plain', at + '/tokens'),
    redirect: await sends('text/plain', back + '/?to=' + encodeURIComponent(at + '/tokens')),
    simple: await ask('/tokens', { method: 'POST', mode: 'no-cors', body: json }),
    cors: await ask('/status', {}),
    token: await ask('/status', { headers: { authorization } }),
    socket: await new Promise((done) => {
      const socket = new WebSocket(at.replace('http', 'ws') + '/status');
      socket.onopen = () => done('open');
      socket.onerror = () => done('');
    }),
  };
}`;

/** Requests that the gateway has refused because a page of somebody else made them. */
async function refused(): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const { text } = await visit(new URL(`http://127.0.0.1:${admin}/metrics`), { headers });
  return Number(/tunnelkit_errors_total\{code="TK-1016"\} (\d+)/.exec(text)?.[1]);
}

async function standing(): Promise<string> {
  const lists = [world.tunnelkit(['token', 'list']), world.tunnelkit(['names', 'list'])];
  await Promise.all(lists.map(({ exit }) => exit));
  return lists.map(({ stdout }) => stdout).join();
}

const deeds = (at: string) =>
  page.evaluate<Record<string, string>>(`(${DEEDS})(${JSON.stringify({ at, back: backTo(), token })})`);
const backTo = () => `http://127.0.0.1:${(theirs.address() as { port: number }).port}`;
/** All but that the question before a fetch with a token is refused, and the fetch then never made. */
const DEEDS_COUNT = 12;

describe('a page of somebody else', () => {
  it.each(['127.0.0.1', 'localhost'])(
    'that asks http://%s is refused whatever it tries, and reads nothing',
    async (host) => {
      const [before, stood] = [await refused(), await standing()];
      await page.goto(`${backTo()}/`);
      const read = await deeds(`http://${host}:${admin}`);
      expect([Object.keys(read).length, Object.values(read).join('')]).toEqual([DEEDS_COUNT, '']);
      expect((await refused()) - before).toBeGreaterThanOrEqual(DEEDS_COUNT);
      expect(await standing()).toBe(stood);
    },
  );

  it('whose own name was bent to this machine is refused as well, and reads that it was', async () => {
    const [before, stood] = [await refused(), await standing()];
    const at = `http://evil.example:${admin}`;
    // It was loaded while the name still led to its own server.
    await page.route(`${at}/`, (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html>' }));
    await page.goto(`${at}/`);
    const { token: withToken, cors, simple, ...blind } = await deeds(at);
    for (const read of [withToken, cors, simple]) expect(read).toMatch(/^403 .*TK-1016/);
    expect(Object.values(blind).join('')).toBe('');
    expect((await refused()) - before).toBeGreaterThanOrEqual(DEEDS_COUNT);
    expect(await standing()).toBe(stood);
  });

  it('is told from the operator, who types the address and asks from there', async () => {
    const reply = await page.goto(`http://127.0.0.1:${admin}/healthz`);
    expect([reply?.status(), await reply?.text()]).toEqual([200, 'ok\n']);
    const ask = `fetch('/status', { headers: { authorization: 'Bearer ${token}' } }).then((reply) => reply.status)`;
    expect(await page.evaluate(ask)).toBe(200);
  });
});
