// Everything that goes wrong says what happened, with a code and the right exit status.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, PROGRAM, type Running, World } from './program.testkit.ts';

const world = new World();
let gateway: Gateway;
let join: string;

beforeAll(async () => {
  gateway = await world.serve();
  join = readFileSync(world.path('data/tunnelkit/join-link'), 'utf8').trim();
});
afterAll(() => world.close());

/** Runs the program to its end; its exit status and the code it named. */
function ending(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return endOf(world.tunnelkit(args, env));
}

async function endOf(running: Running) {
  const exit = await running.exit;
  return {
    exit,
    code: /^tunnelkit: (TK-\d+)/m.exec(running.stderr)?.[1],
    stderr: running.stderr,
    stdout: running.stdout,
  };
}

describe('the join link', () => {
  it('is made once, kept private, and printed with --json only', () => {
    expect(gateway.ready.join).toBe(join);
    expect(
      execFileSync('stat', ['-c', '%a', world.path('data/tunnelkit/join-link')], { encoding: 'utf8' }).trim(),
    ).toBe('600');
    expect(gateway.running.stderr).not.toContain('tkt_');
  });
});

describe('an agent that is refused', () => {
  it('for a wrong token exits 4', async () => {
    const other = await new World();
    const stranger = await other.serve();
    const token = /token=([^&]+)/.exec(stranger.ready.join)![1]!;
    const wrong = join.replace(/token=[^&]+/, `token=${token}`);
    await other.close();
    const result = await ending(['expose', '1', '--gateway', wrong]);
    expect(result).toMatchObject({ exit: 4, code: 'TK-1001' });
    expect(result.stderr).toMatch(/to do: /);
    expect(result.stderr).not.toContain(token);
  });

  it('by its own check of a wrong pin exits 4 and sends no token proof', async () => {
    const wrong = join.replace(/pin=sha256-./, (pin) => pin.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')));
    expect(await ending(['expose', '1', '--gateway', wrong])).toMatchObject({ exit: 4, code: 'TK-1002' });
  });

  it('for a revoked token exits 4, within a second for a live one', async () => {
    const created = JSON.parse((await ending(['token', 'create', '--account', 'guest', '--json'])).stdout) as {
      id: string;
      join: string;
    };
    const live = world.tunnelkit(['expose', '1', '--gateway', created.join, '--json'], {
      XDG_CONFIG_HOME: world.path('guest'),
    });
    await live.event('ready');
    const revokedAt = Date.now();
    expect(await ending(['token', 'revoke', created.id])).toMatchObject({ exit: 0 });
    expect(await live.exit).toBe(4);
    console.log(`a revoked token was out after ${Date.now() - revokedAt} ms, the revoking included`);
    expect(Date.now() - revokedAt).toBeLessThan(5_000);
    expect(live.stderr).toContain('TK-1011');
  });

  it('for a name of another account exits 7', async () => {
    const own = await world.expose('1', ['--name', 'owned']);
    const created = JSON.parse((await ending(['token', 'create', '--account', 'other', '--json'])).stdout) as {
      join: string;
    };
    const env = { XDG_CONFIG_HOME: world.path('other') };
    expect(await ending(['expose', '1', '--name', 'owned', '--gateway', created.join], env)).toMatchObject({
      exit: 7,
      code: 'TK-1005',
    });
    await own.running.stop();
  });

  it('for a name its token does not cover exits 4', async () => {
    const created = JSON.parse((await ending(['token', 'create', '--names', 'ci-*', '--json'])).stdout) as {
      join: string;
    };
    expect(await ending(['expose', '1', '--name', 'web', '--gateway', created.join])).toMatchObject({
      exit: 4,
      code: 'TK-1004',
    });
  });

  it('in favour of a newer one with its key exits 7', async () => {
    const first = await world.expose('1', ['--name', 'twice']);
    const second = await world.expose('1', ['--name', 'twice']);
    expect(await first.running.exit).toBe(7);
    expect(first.running.stderr).toContain('TK-1008');
    await second.running.stop();
  });

  it('because nobody is there exits 5', async () => {
    const gone = join.replace(/:\d+\//, ':1/').replace(/tk:\/\/[^:]+/, 'tk://127.0.0.1');
    expect(await ending(['expose', '1', '--gateway', gone])).toMatchObject({ exit: 5, code: 'TK-4001' });
  });

  it('because no gateway is known exits 3 and names the two ways to get one', async () => {
    const env = { XDG_DATA_HOME: world.path('nowhere'), XDG_CONFIG_HOME: world.path('nowhere') };
    const result = await ending(['expose', '1'], env);
    expect(result).toMatchObject({ exit: 3, code: 'TK-5004' });
    expect(result.stderr).toContain('tunnelkit login');
    expect(result.stderr).toContain('tunnelkit serve');
  });

  it('because the origin is down, if that was asked for, exits 6', async () => {
    expect(await ending(['expose', 'http://127.0.0.1:1', '--require-origin'])).toMatchObject({
      exit: 6,
      code: 'TK-2001',
    });
  });

  it('because it was not ready in time exits 124', async () => {
    const silent = (await import('node:net')).createServer(() => {}).listen(0, '127.0.0.1');
    await (await import('node:events')).once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const link = join.replace(/tk:\/\/[^/]+/, `tk://127.0.0.1:${port}`);
    expect(await ending(['expose', '1', '--gateway', link, '--wait', '1'])).toMatchObject({
      exit: 124,
      code: 'TK-4008',
    });
    silent.close();
  });
});

describe('a gateway that cannot start', () => {
  it('because its port is in use exits 7', async () => {
    const args = ['serve', '--http', gateway.ready.http, '--https', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
    const result = await ending([...args, '--data-dir', world.path('second')]);
    expect(result).toMatchObject({ exit: 7, code: 'TK-4005' });
    expect(result.stderr).toContain(gateway.ready.http);
  });

  it('because another runs with the same data directory exits 7', async () => {
    const args = ['serve', '--http', '127.0.0.1:0', '--https', '127.0.0.1:0', '--admin', '127.0.0.1:0'];
    expect(await ending(args)).toMatchObject({ exit: 7, code: 'TK-4005' });
  });

  it('because its configuration is unreadable or wrong exits 3', async () => {
    expect(await ending(['serve', '--config', world.path('none.yaml')])).toMatchObject({ exit: 3, code: 'TK-5001' });
    writeFileSync(world.path('wrong.yaml'), 'serve:\n  htps: 1\n');
    const wrong = await ending(['serve', '--config', world.path('wrong.yaml')]);
    expect(wrong).toMatchObject({ exit: 3, code: 'TK-5002' });
    expect(wrong.stderr).toContain('wrong.yaml:2:3');
  });

  it('because the disk of its database is full exits 1 and says so', async () => {
    const disk = world.makeFolder('disk');
    const serve = `${PROGRAM} serve --http 127.0.0.1:0 --https 127.0.0.1:0 --admin 127.0.0.1:0 --data-dir ${disk}/data`;
    // A disk of its own in a mount namespace of its own, which needs no root and goes with the program.
    const fill = `dd if=/dev/zero of=${disk}/ballast bs=1k count=60 2>/dev/null || true`;
    const script = `mount -t tmpfs -o size=64k tmpfs ${disk} && mkdir ${disk}/data && (${fill}) && exec ${serve}`;
    expect(await endOf(world.start('a full disk', 'unshare', ['-Urm', 'sh', '-c', script]))).toMatchObject({
      exit: 1,
      code: 'TK-8002',
    });
  });

  it('because the usage is wrong exits 2', async () => {
    expect(await ending(['serve', '--htps', '1'])).toMatchObject({ exit: 2, code: 'TK-5005' });
    expect(await ending(['bench', 'everything'])).toMatchObject({ exit: 2, code: 'TK-5005' });
  });
});

describe('a Node that is older than is safe', () => {
  const pretended = encodeURIComponent(
    "Object.defineProperty(process, 'versions', { value: { ...process.versions, llhttp: '9.4.2', nghttp2: '1.68.0' } })",
  );
  const OLD = { NODE_OPTIONS: `--import=data:text/javascript,${pretended}`, XDG_DATA_HOME: world.path('untouched') };

  it.each(['serve', 'expose 1', 'connect'])('is refused by %s with TK-5019, before anything is made', async (line) => {
    const result = await ending(line.split(' '), OLD);
    expect(result).toMatchObject({ exit: 1, code: 'TK-5019' });
    expect(result.stderr).toContain('llhttp 9.4.2, not 9.4.3 or later; nghttp2 1.68.0, not 1.69.0 or later.');
    expect(existsSync(world.path('untouched'))).toBe(false);
  });

  it('is what doctor says first', async () => {
    const { stdout } = await ending(['doctor'], OLD);
    expect(stdout).toMatch(/TK-5019/);
    expect(stdout).toMatch(/llhttp 9\.4\.2/);
  });
});
