// The screen of `expose` in a real terminal: what a person sees, types, and finds afterwards.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { encode } from 'uqr';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { modulesOf } from '../screen/qr.testkit.ts';
import { PROGRAM, World } from './program.testkit.ts';
import { type Screenful, Tmux } from './tmux.testkit.ts';
import { begin, dial, visit } from './visit.testkit.ts';

const world = new World();
let origin: string;
let terminals: Tmux[] = [];

/** Answers at once, but what is under `/hang` never ends. */
const service = createServer((request, response) => {
  if (request.url?.startsWith('/hang')) response.write('…');
  else response.end('It works');
});

beforeAll(async () => {
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  origin = String((service.address() as AddressInfo).port);
  await world.serve(['--domain', 'tunnel.test']);
});
afterEach(async () => {
  await Promise.all(terminals.map((terminal) => terminal.close()));
  terminals = [];
});
afterAll(async () => {
  service.closeAllConnections();
  service.close();
  await world.close();
});

async function terminal(columns = 80, rows = 24, env: Readonly<Record<string, string>> = {}): Promise<Tmux> {
  const opened = await Tmux.open(world, columns, rows, env);
  terminals.push(opened);
  return opened;
}

const urlIn = ({ text }: Screenful) => new URL(/^http:\/\/\S+$/m.exec(text)![0]);

/** `expose` on a terminal, with its header and its URL there. */
async function exposing(shown: Tmux, args = ''): Promise<URL> {
  await shown.type(`clear; ${PROGRAM} expose ${origin} ${args}`);
  await shown.until(({ text }) => text.includes('● online') && /^http:\/\/\S+$/m.test(text));
  return urlIn(await shown.unwrapped());
}

describe('on a terminal', () => {
  it('the URL is one line of its own and the header stands below what scrolls', async () => {
    const shown = await terminal();
    const url = await exposing(shown);
    for (const path of ['/a', '/b']) await visit(new URL(path, url));
    const { lines } = await shown.until(/\/b[^\n]*\n\n[\s\S]*2 requests/);
    expect(lines[0]).toBe(url.href.replace(/\/$/, ''));
    expect(lines[1]).toMatch(/^\d\d:\d\d:\d\d {2}200 {2}GET {5}\/a +\d+ ms +8 B$/);
    expect(lines[2]).toMatch(/ \/b /);
    expect(lines[3]).toBe('');
    expect(lines[4]).toMatch(/^ URL {6}http:\/\/\S+ → http:\/\/localhost:\d+$/);
    expect(lines[5]).toMatch(/^ status {3}● online · tls to \S+ · \d+ ms · inspector off$/);
    expect(lines[6]).toMatch(/^ traffic {2}2 requests · /);
    expect(lines[7]).toBe(' c copy   o open   q QR code   h help   Ctrl-C stops');
    expect(lines).toHaveLength(8);
  });

  const many = (lines: readonly string[], text: string) => lines.filter((line) => line.includes(text)).length;
  /** One header, laid out for so many columns. */
  const fits =
    (columns: number) =>
    ({ text, lines }: Screenful) =>
      (columns < 60 ? /^→ http:/m : /^ URL {6}http:/m).test(text) &&
      /Ctrl-C stops$/.test(text) &&
      Math.max(...lines.map((line) => line.length)) <= columns &&
      many(lines, '● online') === 1 &&
      many(lines, 'Ctrl-C stops') === 1;

  it('the header fits 40 columns, and again after each resize', async () => {
    const shown = await terminal(40, 24);
    await exposing(shown);
    for (const columns of [40, 80, 64, 40]) {
      await shown.resize(columns, 24);
      await shown.until(fits(columns));
    }
  });

  it('the header fits again after each resize in the midst of traffic', async () => {
    const shown = await terminal();
    const url = await exposing(shown);
    let going = true;
    const traffic = (async () => {
      while (going) await visit(new URL('/traffic', url));
    })();
    try {
      for (const columns of [40, 80, 40]) {
        await shown.resize(columns, 24);
        await shown.until((screen) => fits(columns)(screen) && screen.lines.length === 24 - 1);
      }
    } finally {
      going = false;
      await traffic;
    }
  });

  it('a flood is counted instead of shown', async () => {
    const shown = await terminal();
    const url = await exposing(shown);
    for (let round = 0; round < 20; round++)
      await Promise.all(Array.from({ length: 20 }, () => visit(new URL('/flood', url))));
    await shown.until(/ … \d+ more requests\n[\s\S]* 400 requests/);
  });
});

describe('keys', () => {
  it.each([80, 40])('copy, show and explain, at %i columns', async (columns) => {
    const shown = await terminal(columns, 24);
    const url = await exposing(shown);
    const text = url.href.replace(/\/$/, '');
    await shown.keys('c');
    await shown.until(/copied, if this terminal allows it/);
    expect(await shown.clipboard()).toBe(text);
    await shown.keys('q');
    const { lines } = await shown.until(/any key closes this/);
    const rows = lines.slice(0, -1).filter((line) => /[▀▄█]/.test(line));
    const side = Math.max(...rows.map((line) => line.length)) + 4;
    const code = rows.map((line) => line.padEnd(side));
    expect(modulesOf([''.padEnd(side), ''.padEnd(side), ...code, ''.padEnd(side), ''.padEnd(side)], 'dark')).toEqual(
      encode(text, { border: 0 }).data,
    );
    await shown.keys('h');
    await shown.until(/copy the URL\n/);
    await shown.keys('o');
    await shown.until(/no display here; q shows a QR code/);
  });

  it('are left alone when stdin is no terminal', async () => {
    const shown = await terminal();
    await exposing(shown, '< /dev/null');
    await shown.until(({ lines }) => lines.at(-1) === ' Ctrl-C stops');
    await shown.keys('q', 'C-c');
    await shown.until(/stopped after/);
  });
});

describe('the end', () => {
  it('leaves the lines, a summary and the terminal as it was', async () => {
    const shown = await terminal();
    await shown.type('stty -g > before');
    const url = await exposing(shown);
    await visit(url);
    await shown.until(/1 request /);
    await shown.keys('C-c');
    const { lines } = await shown.prompt();
    expect(lines.slice(1, -1).join('\n')).toMatch(
      /^\S+ {2}200 {2}GET .*\n\S+ {2}stopped after \d+ s, 1 request, 8 B sent$/,
    );
    await shown.type('echo exit $?; stty -g > after; cmp before after && echo same');
    await shown.until(/exit 0\nsame\n/);
  });

  it('says what it is finishing, and a second Ctrl-C forces', async () => {
    const shown = await terminal();
    await shown.type('stty -g > before');
    const url = await exposing(shown);
    const hanging = await begin(new URL('/hang', url));
    hanging.on('error', () => {}).resume();
    await shown.keys('C-c');
    await shown.until(/● stopping · finishing 1 stream · Ctrl-C forces/);
    await shown.keys('C-c');
    expect((await shown.prompt()).text).not.toContain('● stopping');
    await shown.type('echo exit $?; stty -g > after; cmp before after && echo same');
    await shown.until(/exit 130\nsame\n/);
  });

  it('of suspension is a screen drawn anew; meanwhile the shell has its terminal', async () => {
    const shown = await terminal();
    await exposing(shown);
    await shown.keys('C-z');
    expect((await shown.prompt()).text).toMatch(/Stopped/);
    expect((await shown.screen()).text).not.toContain('● online');
    await shown.type('echo typed; fg');
    await shown.until(/\ntyped\n[\s\S]*● online/);
    await shown.keys('C-c');
    await shown.prompt();
  });

  it('by an error leaves the error and no header', async () => {
    const shown = await terminal();
    await shown.type(`clear; ${PROGRAM} expose 1 --require-origin`);
    const { text } = await shown.until(/^tunnelkit: TK-2001 .*\n {2}seen: .*\n {2}to do: .*\nREADY\$$/m);
    expect(text).not.toMatch(/● |inspector/);
  });
});

describe('what others send', () => {
  it('leaves the screen alone', async () => {
    const shown = await terminal();
    const url = await exposing(shown);
    // Raw, the gateway refuses them; what an agent would make of them all the same is tested beside the code.
    for (const bytes of ['\u001b[2J\u001b[H', '\u009b2J', '\u202e']) {
      const socket = await dial(url);
      socket.write(Buffer.from(`GET /x${bytes} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n\r\n`));
      await once(socket.resume(), 'end');
      socket.destroy();
    }
    await visit(new URL('/%1b%5b2J%c2%9b2J', url));
    const { text } = await shown.until(/ \/%1b%5b2J%c2%9b2J [\s\S]*● online/);
    expect(text).toMatch(/^http:\/\//);
  });
});

describe('colours and quiet', () => {
  it('come with the terminal and go with NO_COLOR and --no-color', async () => {
    const ways = [
      [{}, ''],
      [{ NO_COLOR: '1' }, ''],
      [{ FORCE_COLOR: '1' }, '--no-color'],
    ] as const;
    const colours: boolean[] = [];
    for (const [env, args] of ways) {
      const shown = await terminal(80, 24, env);
      await exposing(shown, args);
      colours.push((await shown.painted()).text.includes('\u001b['));
      await shown.keys('C-c');
      await shown.prompt();
    }
    expect(colours).toEqual([true, false, false]);
  });

  it('are plain lines where a terminal cannot move its cursor', async () => {
    const shown = await terminal(100, 24, { TERM: 'dumb' });
    await shown.type(`clear; ${PROGRAM} expose ${origin}`);
    const { text } = await shown.until(/^http:\/\/\S+$/m);
    expect(text).toMatch(/^\d\d:\d\d:\d\d connected over tls/m);
    expect(text).not.toContain('● online');
  });

  it('--quiet leaves the URL alone', async () => {
    const shown = await terminal();
    await shown.type(`clear; ${PROGRAM} expose ${origin} --quiet`);
    const { lines } = await shown.until(/^http:\/\/\S+$/m);
    expect(lines.filter(Boolean)).toHaveLength(1);
  });

  it('a result in a pipe is the URL alone, while the header stands on the terminal', async () => {
    const shown = await terminal();
    await shown.type(`clear; ${PROGRAM} expose ${origin} > url`);
    const { text } = await shown.until(/URL {6}http:[\s\S]*● online/);
    const url = /URL {6}(\S+)/.exec(text)![1];
    await shown.until(() => readFileSync(world.path('url'), 'utf8') === `${url}\n`);
    await shown.until(({ text: now }) => now.includes(`${url} → http://localhost:${origin}\n`));
    await shown.keys('C-c');
    expect((await shown.prompt()).text).toContain(`${url} → `);
  });

  it('off a terminal nothing is coloured, not even by force', async () => {
    const running = world.tunnelkit(['expose', origin], { FORCE_COLOR: '3' });
    await running.line(/connected over/);
    expect(await running.stop('SIGINT')).toBe(0);
    expect(running.stdout + running.stderr).not.toContain('\u001b');
  });
});
