// What is said and how: to whom, from which level, in which form and colour; and that work goes on, where somebody looks.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort, PROGRAM, type Running, World } from './program.testkit.ts';
import { startSite } from './site.testkit.ts';
import { Tmux } from './tmux.testkit.ts';
import { visit } from './visit.testkit.ts';

const world = new World();
let site: string;
let shown: Tmux | undefined;

beforeAll(async () => {
  site = (await startSite(world)).port;
  await world.serve();
});
afterEach(async () => {
  await shown?.close();
  shown = undefined;
});
afterAll(() => world.close());

/** An agent that published, was visited once and was stopped. */
async function visited(args: readonly string[]): Promise<Running> {
  const running = world.tunnelkit(['expose', site, ...args]);
  const url = await running.until('a URL', () => /^\S+(?=\n)/.exec(running.stdout)?.[0]);
  expect((await visit(new URL('/', url))).status).toBe(200);
  expect(await running.stop('SIGINT')).toBe(0);
  expect(running.stdout).toBe(`${url}\n`);
  return running;
}

/** A gateway that was started and stopped. */
async function served(args: readonly string[]): Promise<Running> {
  const other = new World();
  const { running } = await other.serve(args);
  expect(await running.stop('SIGINT')).toBe(0);
  await other.close();
  return running;
}

const records = ({ stderr }: Running) =>
  stderr
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { time: string; level: string; msg: string });

describe('an agent off a terminal', () => {
  it('says plain lines with the time of day', async () => {
    const { stderr } = await visited([]);
    expect(stderr).toMatch(/^\d\d:\d\d:\d\d connected over tls \(\d+ ms\)\n/);
    expect(stderr).toMatch(/^\d\d:\d\d:\d\d GET \/ 200 \d+ ms \S+ k?B$/m);
    for (const line of stderr.trimEnd().split('\n')) expect(line).toMatch(/^\d\d:\d\d:\d\d [\x20-\x7e→]+$/);
  });

  it('says that the local service is down, and when it is up', async () => {
    const port = await freePort();
    const running = world.tunnelkit(['expose', `tcp://127.0.0.1:${port}`]);
    await running.line(/does not answer yet \(TK-2001\): start it, and traffic flows\.\n/);
    const late = createServer().listen(port, '127.0.0.1');
    await running.line(/^\d\d:\d\d:\d\d tcp:\/\/127\.0\.0\.1:\d+ answers\.\n/m);
    late.close();
    expect(await running.stop('SIGINT')).toBe(0);
  });

  it('says one JSON object a line with --log-format json', async () => {
    const said = records(await visited(['--log-format', 'json']));
    expect(said.map(({ msg }) => msg).join('\n')).toMatch(
      /^connected over tls[\s\S]*\nGET \/ 200 [\s\S]*\nstopped after/,
    );
    for (const record of said) expect(record).toMatchObject({ level: 'info', time: expect.stringMatching(/Z$/) });
  });

  it('says nothing of a good day with --log-level warn, and with --quiet', async () => {
    for (const args of [['--log-level', 'warn'], ['--quiet']]) expect((await visited(args)).stderr).toBe('');
  });
});

describe('a gateway', () => {
  it('says one JSON object a line with --log-format json, the banner and the log alike', async () => {
    const said = records(await served(['--log-format', 'json']));
    expect(said.map(({ msg }) => msg).join('\n')).toMatch(/gateway[\s\S]*stopped$/);
  });

  it('says nothing of a good day with --log-level warn, and with --quiet', async () => {
    const both = await Promise.all([served(['--log-level', 'warn']), served(['--quiet'])]);
    expect(both.map(({ stderr }) => stderr)).toEqual(['', '']);
  });
});

describe('errors', () => {
  it('are said whatever is not to be said, in the form that was asked for', async () => {
    const quiet = world.tunnelkit(['expose', '1', '--require-origin', '--quiet']);
    expect([await quiet.exit, quiet.stderr]).toEqual([
      6,
      expect.stringMatching(/^tunnelkit: TK-2001 .*\n {2}seen: .*\n {2}to do: /),
    ]);
    const json = world.tunnelkit(['expose', '1', '--require-origin', '--log-format', 'json']);
    expect(await json.exit).toBe(6);
    expect(records(json).at(-1)).toMatchObject({ level: 'error', code: 'TK-2001', todo: expect.any(String) });
  });
});

describe('colours of a result', () => {
  it('are in a pipe by force alone, and --no-color is stronger', async () => {
    const coloured = async (env: Readonly<Record<string, string>>, args: readonly string[] = []) => {
      const running = world.tunnelkit(['doctor', ...args], env);
      await running.exit;
      expect(running.stdout).toContain('data directory');
      return running.stdout.includes('\u001b[');
    };
    const forced = { FORCE_COLOR: '1' };
    expect(await Promise.all([coloured({}), coloured(forced), coloured(forced, ['--no-color'])])).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe('long work', () => {
  const SPINNER = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/;

  /** All that was sent to the terminal while `line` ran, and what is there in the end. */
  async function recorded(line: string): Promise<{ sent: string; left: string }> {
    shown = await Tmux.open(world, 100, 40);
    const recording = world.path('recording');
    await shown.record(recording);
    await shown.type(`clear; ${line}; echo en''ded`);
    await shown.until(/^ended$/m);
    await shown.until(() => readFileSync(recording, 'utf8').includes('ended'));
    return { sent: readFileSync(recording, 'utf8'), left: (await shown.screen()).text };
  }

  it('shows that it goes on, on a terminal, and leaves no trace of that', async () => {
    const { sent, left } = await recorded(`${PROGRAM} doctor`);
    expect(sent).toMatch(SPINNER);
    expect(sent.lastIndexOf('\u001b[?25h'), 'the cursor is back').toBeGreaterThan(sent.lastIndexOf('\u001b[?25l'));
    expect(left).not.toMatch(SPINNER);
    expect(left).toMatch(/^ok /);
  });

  it('shows nothing of the kind where the result goes elsewhere', async () => {
    const { sent } = await recorded(`${PROGRAM} doctor > result`);
    expect(readFileSync(world.path('result'), 'utf8')).toMatch(/^ok /);
    expect(sent).not.toMatch(SPINNER);
    expect(sent).not.toContain('\u001b[?25l');
  });

  it('ends on a terminal that does not know its width', async () => {
    const running = world.start('script', 'script', ['-qec', `${PROGRAM} doctor --no-color`, '/dev/null']);
    expect(await running.exit).toBe(0);
    expect(running.stdout).toMatch(/^ok /m);
    expect(running.stdout).not.toMatch(SPINNER);
  });
});
