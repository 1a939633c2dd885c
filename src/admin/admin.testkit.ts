/** A real admin listener in a directory of its own, over a store in memory, and raw requests to it. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type NetConnectOpts } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TunnelError } from '../contract/errors.ts';
import { limitValues } from '../contract/limits.ts';
import type { Store } from '../contract/store.ts';
import { makeLog } from '../observe/log.ts';
import { Metrics } from '../observe/metrics.ts';
import { Redactor } from '../observe/redactor.ts';
import { VirtualClock } from '../pipe/memory/clock.ts';
import { FailedTries } from '../router/failed-tries.ts';
import { type Admin, type AdminOptions, makeAdmin } from './admin.ts';
import type { AdminApi } from './routes.ts';
import { holdSocket } from './unix-socket.ts';

/** What a request came to, byte for byte. */
export interface Reply {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

export class World {
  readonly directory = mkdtempSync(join(tmpdir(), 'tk-admin-'));
  readonly socket = join(this.directory, 'data', 'admin.sock');
  readonly clock = new VirtualClock();
  readonly metrics = new Metrics();
  readonly lines: string[] = [];
  readonly settings = new Map<string, string>();
  /** What reached the API. */
  readonly calls: unknown[] = [];
  ready = true;
  admin!: Admin;

  static async start(): Promise<World> {
    const world = new World();
    world.admin = await world.open();
    return world;
  }

  /** Another admin listener, at the world's socket unless another path is given. */
  async open(path = this.socket, at?: AdminOptions['at']): Promise<Admin> {
    return makeAdmin({ ...this.#options(), socket: await holdSocket(path), ...(at && { at }) });
  }

  #options(): Omit<AdminOptions, 'socket'> {
    const stream = { write: (line: string) => this.lines.push(line) };
    return {
      api: this.#api(),
      settings: settingsOver(this.settings),
      metrics: this.metrics,
      log: makeLog({ level: 'trace', format: 'json', colour: false, stream, redactor: new Redactor() }),
      tries: new FailedTries(this.clock, limitValues(), () => {}),
      limits: limitValues(),
      at: { host: '127.0.0.1', port: 0 },
    };
  }

  async stop(): Promise<void> {
    await this.admin.close();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** The text as it is over TCP or the Unix socket, and all that comes back until the other side closes. */
  async raw(text: string, over: 'tcp' | 'socket' = 'tcp'): Promise<Reply> {
    const to: NetConnectOpts = over === 'tcp' ? { ...this.admin.address } : { path: this.socket };
    const connection = connect(to).setEncoding('latin1');
    connection.on('error', () => {});
    let reply = '';
    connection.on('data', (part) => {
      reply += part;
    });
    connection.write(text);
    await once(connection, 'close');
    const [head = '', body = ''] = reply.split(/\r\n\r\n(.*)/s);
    return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body };
  }

  get(path: string, fields: Record<string, string> = {}, over: 'tcp' | 'socket' = 'tcp'): Promise<Reply> {
    const all = { Host: 'localhost', Connection: 'close', ...fields };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    return this.raw(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`, over);
  }

  #api(): AdminApi {
    const call = <T>(answer: T, ...what: unknown[]): T => {
      this.calls.push(what);
      return answer;
    };
    return {
      ready: () => this.ready,
      status: () => ({ sessions: 3 }),
      createToken: async (request) => {
        if (request === null) throw new Error('CANARY of a defect');
        if (Array.isArray(request)) throw new TunnelError('TK-5002', 'No list is a token.');
        return call({ token: 'tkt_new' }, 'create', request);
      },
      listTokens: async () => [{ id: 'one' }],
      revokeToken: async (id) => call(id === 'one', 'revoke', id),
      listNames: async () => [{ name: 'app' }],
      releaseName: async (name) => call(name === 'app', 'release', name),
    };
  }
}

function settingsOver(map: Map<string, string>): Store['settings'] {
  return {
    get: async (key) => map.get(key),
    setOnce: async (key, value) => map.get(key) ?? map.set(key, value).get(key)!,
    set: async (key, value) => void map.set(key, value),
  };
}
