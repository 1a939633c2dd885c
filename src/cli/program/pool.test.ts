// `--pool`: several agents behind one name, as their users start, look at, and stop them.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holdingsOf, settled } from '../../faults/leak-gate.ts';
import { type Exposed, type Gateway, World } from './program.testkit.ts';
import { visit } from './visit.testkit.ts';

const world = new World();
let gateway: Gateway;
const KEY = expect.stringMatching(/^[0-9a-f]{64}$/);
const sites: Site[] = [];
const agents: Exposed[] = [];

/** Says who it is; `/held` waits to be told. */
class Site {
  readonly held: ServerResponse[] = [];
  readonly #name: string;
  #woken: (() => void) | undefined;
  readonly #server: Server = createServer((asked, answer) => {
    if (asked.url === '/held') {
      this.held.push(answer);
      this.#woken?.();
    } else asked.on('end', () => answer.end(this.#name)).resume();
  });

  constructor(name: string) {
    this.#name = name;
  }

  async listen(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return String((this.#server.address() as AddressInfo).port);
  }

  /** Resolves once somebody is held here. */
  async holds(): Promise<void> {
    if (this.held.length > 0) return;
    await new Promise<void>((resolve) => {
      this.#woken = resolve;
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** With a key of its own, as on a machine of its own. */
const keyOf = (name: string) => ({ XDG_CONFIG_HOME: world.path(name) });
const args = (...more: string[]) => ['--gateway', gateway.ready.join, '--name', 'shared', ...more];
const join = async (site: Site, name: string) => world.expose(await site.listen(), args('--pool'), keyOf(name));

/** Whom so many visits find, in the order of their names. */
async function found(visits: number, method = 'GET'): Promise<string[]> {
  const names: string[] = [];
  for (let i = 0; i < visits; i += 1) {
    const { status, text } = await visit(agents[0]!.url, { method, body: method === 'POST' ? 'body' : '' });
    names.push(status === 200 ? text : String(status));
  }
  return names.toSorted();
}

beforeAll(async () => {
  gateway = await world.serve();
  for (const name of ['a', 'b']) {
    sites.push(new Site(name));
    agents.push(await join(sites.at(-1)!, name));
  }
});
afterAll(async () => {
  for (const site of sites) site.close();
  await world.close();
});

describe('agents that share a name', () => {
  it('have one URL, and each its share of the visits', async () => {
    expect(agents[1]!.url.href).toBe(agents[0]!.url.href);
    const names = await found(6);
    for (const name of ['a', 'b']) expect(names.filter((each) => each === name).length).toBeGreaterThanOrEqual(2);
  });

  it('are told of as a pool', async () => {
    expect(agents[0]!.running.events.find(({ type }) => type === 'exposed')).toMatchObject({ pool: true });
    const [status, names] = [world.tunnelkit(['status']), world.tunnelkit(['names', 'list', '--json'])];
    expect(await Promise.all([status.exit, names.exit])).toEqual([0, 0]);
    expect(status.stdout.split('(pool of 2)').length - 1).toBe(2);
    expect(names.events).toMatchObject([{ value: 'shared', pool: true, agents: [KEY, KEY] }]);
  });

  it('are not joined by who did not ask to share: exit 7, and what to do', async () => {
    const alone = world.tunnelkit(['expose', '3000', ...args()], keyOf('c'));
    expect(await alone.exit).toBe(7);
    expect(alone.stderr).toMatch(/TK-1007[\s\S]*it is shared by agents with `--pool`/);
    const guarded = world.tunnelkit(['expose', '3000', ...args('--pool', '--auth', 'a:b')], keyOf('c'));
    expect(await guarded.exit).toBe(7);
    expect(guarded.stderr).toContain('its pool has another `--auth` or `--allow-ip`');
  });

  it('stand in for one whose service is down, whatever is asked for', async () => {
    sites[1]!.close();
    expect(await found(4, 'POST')).toEqual(['a', 'a', 'a', 'a']);
  });
});

describe('an agent of a pool that is stopped', () => {
  it('finishes what it serves, while the others get what comes', async () => {
    const c = new Site('c');
    sites.push(c);
    agents.push(await join(c, 'c'));
    // Whichever gets the first, the other gets the second: it has fewer.
    const held = [visit(new URL('/held', agents[0]!.url)), visit(new URL('/held', agents[0]!.url))];
    await Promise.all([sites[0]!.holds(), c.holds()]);
    const stopping = agents[2]!.running.stop('SIGTERM');
    await agents[2]!.running.line(/stopping: finishing/);
    expect(await found(4)).toEqual(['a', 'a', 'a', 'a']);
    for (const answer of [...sites[0]!.held, ...c.held]) answer.end('held');
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await stopping).toBe(0);
    expect(await found(2)).toEqual(['a', 'a']);
  });
});

it('leaves no session, stream or visitor behind when the last agent has gone', async () => {
  expect(await Promise.all(agents.slice(0, 2).map(({ running }) => running.stop()))).toEqual([0, 0]);
  const { pid } = gateway.running;
  const watched = { name: 'gateway', pid, adminSocket: world.path('data/tunnelkit/admin.sock') };
  const left = async () => {
    const counts = Object.entries((await holdingsOf(watched)).gauges);
    return counts.flatMap(([name, count]) => (count === 0 ? [] : [`${name} ${count}`]));
  };
  expect(await settled(left, 10_000)).toEqual([]);
});
