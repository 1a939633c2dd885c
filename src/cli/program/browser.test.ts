// A Vite development server seen through the tunnel in a real browser, with hot reload over its WebSocket.
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort, ROOT, World } from './program.testkit.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const world = new World();
beforeAll(() => world.serve());
afterAll(() => world.close());

it('Vite reloads a module in the browser, through the tunnel, without loading the page again', async () => {
  const app = world.path('app');
  cpSync(`${ROOT}/fixtures/vite`, app, { recursive: true });
  const port = await freePort();
  // Polling, because the number of file watches of a shared machine may be used up.
  const vite = world.start(
    'vite',
    process.execPath,
    [`${ROOT}/node_modules/vite/bin/vite.js`, app, '--port', String(port), '--strictPort'],
    {
      CHOKIDAR_USEPOLLING: '1',
    },
  );
  await vite.line(/ready in/);
  const { url } = await world.expose(`http://localhost:${port}`, ['--name', 'vite', '--host-header', 'rewrite']);

  const browser = await chromium.launchPersistentContext(world.path('chromium'), {
    executablePath: '/usr/bin/chromium',
    args: FLAGS,
  });
  const page = await browser.newPage();
  const sockets: string[] = [];
  page.on('websocket', (socket) => sockets.push(socket.url()));
  await page.goto(url.href);
  await page.getByText('before the edit').waitFor();
  await page.evaluate('window.marker = 1');
  const script = `${app}/greeting.js`;
  writeFileSync(script, readFileSync(script, 'utf8').replace('before the edit', 'after the edit'));
  await page.getByText('after the edit').waitFor();
  expect(await page.evaluate('[window.marker, window.loads]')).toEqual([1, 2]);
  expect(sockets).toContainEqual(expect.stringContaining(url.host));
  await browser.close();
});
