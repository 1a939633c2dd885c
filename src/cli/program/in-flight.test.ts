// What becomes of everything that is under way when a process is killed: each state of a request and each kind of stream, at once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Exposed, type Gateway, World } from './program.testkit.ts';
import { visit } from './visit.testkit.ts';
import { call, RawOrigin, type Wire } from './wire.testkit.ts';

const UPGRADE = ['Connection: Upgrade', 'Upgrade: websocket'];

/** Both ends of one visit. */
interface Pair {
  readonly visitor: Wire;
  readonly origin: Wire;
}

class InFlight {
  readonly #world = new World();
  readonly #ports: readonly string[];
  origin!: RawOrigin;
  gateway!: Gateway;
  http!: Exposed;
  tcp!: Exposed;

  constructor(ports: readonly string[] = []) {
    this.#ports = ports;
  }

  async open(): Promise<this> {
    this.origin = await RawOrigin.listen();
    this.gateway = await this.#world.serve([...this.#ports]);
    this.http = await this.#world.expose(String(this.origin.port), ['--name', 'flying']);
    await this.origin.take();
    this.tcp = await this.#world.expose(`tcp://127.0.0.1:${this.origin.port}`);
    await this.origin.take();
    return this;
  }

  /** A request whose head is with the origin. */
  async ask(method: string, fields: readonly string[] = [], body = ''): Promise<Pair> {
    const { url } = this.http;
    const visitor = await call(url.port);
    visitor.send([`${method} / HTTP/1.1`, `Host: ${url.host}`, ...fields, '', body].join('\r\n'));
    const origin = await this.origin.take();
    await origin.says(`\r\n\r\n${body}`);
    return { visitor, origin };
  }

  /** The same, with the beginning of an answer at the visitor. */
  async answered(fields: readonly string[], status: string, answer: string, part: string): Promise<Pair> {
    const pair = await this.ask('GET', fields);
    pair.origin.send(`HTTP/1.1 ${status}\r\n${answer}\r\n\r\n${part}`);
    await pair.visitor.says(part);
    return pair;
  }

  async stream(): Promise<Pair> {
    const visitor = await call(this.tcp.url.port);
    visitor.send('up');
    const origin = await this.origin.take();
    await origin.says('up');
    origin.send('down');
    await visitor.says('down');
    return { visitor, origin };
  }

  async everything() {
    return {
      get: await this.ask('GET'),
      post: await this.ask('POST', ['Content-Length: 9'], 'half'),
      sized: await this.answered([], '200 OK', 'Content-Length: 9', 'half'),
      chunked: await this.answered([], '200 OK', 'Transfer-Encoding: chunked', '4\r\nhalf\r\n'),
      webSocket: await this.answered(UPGRADE, '101 Switching Protocols', UPGRADE.join('\r\n'), 'frame'),
      tcp: await this.stream(),
    };
  }

  async close(): Promise<void> {
    this.origin.close();
    await this.#world.close();
  }
}

let flight: InFlight;

describe('kill -9 of the agents', () => {
  beforeAll(async () => {
    flight = await new InFlight().open();
  });
  afterAll(() => flight.close());

  it('is a 502 where nothing was answered, and an abort where something was: never a clean end on a short message', async () => {
    const under = await flight.everything();
    const killed = Date.now();
    await Promise.all([flight.http, flight.tcp].map(({ running }) => running.stop('SIGKILL')));
    for (const { visitor } of [under.get, under.post])
      expect(await visitor.says('TK-3003')).toMatch(/^HTTP\/1\.1 502 /);
    for (const { visitor } of [under.sized, under.chunked, under.webSocket, under.tcp])
      expect(await visitor.ends()).toBe('rst');
    console.log(`visitors were told within ${Date.now() - killed} ms`);
    expect(under.sized.visitor.text).toMatch(/\r\n\r\nhalf$/);
    expect(under.chunked.visitor.text).not.toMatch(/\r\n0\r\n/);
    expect(under.webSocket.visitor.text).toMatch(/\r\n\r\nframe$/);
    expect(under.tcp.visitor.text).toBe('down');
    // Nobody sent anything twice.
    expect(flight.origin.count).toBe(8);
  });
});

describe('kill -9 of the gateway', () => {
  beforeAll(async () => {
    flight = await new InFlight().open();
  });
  afterAll(() => flight.close());

  it('is an abort for every origin that was not done, and no visitor gets more than was said', async () => {
    const under = await flight.everything();
    const killed = Date.now();
    await flight.gateway.running.stop('SIGKILL');
    for (const { origin } of [under.post, under.sized, under.chunked, under.webSocket, under.tcp])
      expect(await origin.ends()).toBe('rst');
    console.log(`origins were told within ${Date.now() - killed} ms`);
    expect(under.post.origin.text).toMatch(/\r\n\r\nhalf$/);
    // The kernel ends what a killed process held, so only framing tells these from whole ones; both are short of it.
    for (const { visitor } of [under.sized, under.chunked]) {
      await visitor.ends();
      expect(visitor.text).toMatch(/half(\r\n)?$/);
    }
  });
});

describe('an origin that cannot be reached', () => {
  const world = new World();
  afterAll(() => world.close());

  it('is a 502 at once, whatever the method', async () => {
    const { origin, url } = await RawOrigin.exposed(world);
    origin.close();
    for (const method of ['GET', 'POST', 'DELETE']) {
      const begun = Date.now();
      const reply = await visit(url, { method, body: method === 'POST' ? 'body' : '' });
      expect([reply.status, reply.headers['proxy-status']]).toEqual([502, expect.stringContaining('TK-2001')]);
      expect(Date.now() - begun).toBeLessThan(1_000);
    }
  });
});
