import type { Destination } from '../contract/exposure.ts';
import type { Limits } from '../contract/limits.ts';
import type { BodyKind, MessagePipe, RequestHead, ResponseHead } from '../contract/message.ts';
import type { Policy } from '../contract/policy.ts';
import type { Arrival } from '../contract/reactor.ts';
import type { StreamCode, StreamHead } from '../contract/stream.ts';
import { Script, Stream } from '../http/exchange.testkit.ts';
import { Later } from '../http/later.ts';
import { BLOCK_BYTES } from '../http/output.ts';
import { Pool } from '../pipe/arena.ts';
import { type MemoryOptions, type MemoryReactor, makeMemoryReactor } from '../pipe/memory/reactor.ts';
import { FrontDoor } from './front-door.ts';
import { live, makeGate, type TestGate } from './gate.testkit.ts';
import type { IngressOptions, LinkUpgrade } from './gate.ts';

const [PLAIN, SECURE, FIXED] = [80, 443, 20_000];

/** One stream as its exposure sees it: what was asked, and the script that answers. */
export interface Opened {
  readonly head: StreamHead;
  readonly request: RequestHead;
  readonly stream: Stream;
  readonly cancelled: StreamCode[];
}

/** A front door with virtual time: raw visitors on one side, scripted streams on the other. */
export class Visitors {
  readonly reactor: MemoryReactor;
  readonly test: TestGate;
  readonly opened: Opened[] = [];
  readonly agents: Arrival[] = [];
  readonly upgrades: LinkUpgrade[] = [];
  /** What the port of one exposure leads to. */
  fixed: Destination = { kind: 'unknown' };
  /** The next visitors' addresses. */
  address: string | undefined;
  /** Who passes the next visitors on. */
  introducer: Arrival['introducer'];

  private constructor(reactor: MemoryReactor, test: TestGate) {
    this.reactor = reactor;
    this.test = test;
  }

  /** `shop.example` is live, without policies. */
  static async open(
    limits: Partial<Limits> = {},
    changes: Partial<IngressOptions> = {},
    faults: Partial<MemoryOptions> = {},
  ): Promise<Visitors> {
    const reactor = makeMemoryReactor({ seed: 3, ...faults });
    const test = makeGate(reactor, limits, {
      onAgent: (arrival) => world.agents.push(arrival),
      onLinkUpgrade: (upgrade) => world.upgrades.push(upgrade),
      ...changes,
    });
    const world = new Visitors(reactor, test);
    const { limits: values } = test.options;
    const arenas = new Pool(BLOCK_BYTES, 4);
    const door = new FrontDoor(test.gate, { limits: values, arenas, later: new Later(reactor) });
    const tls = { certificate: () => ({ cert: '', key: '' }), alpn: ['anpx/2', 'http/1.1'] };
    const seen = (arrival: Arrival) =>
      world.address === undefined
        ? arrival
        : { ...arrival, remote: { ...arrival.remote, host: world.address }, introducer: world.introducer };
    await reactor.listen({ host: '::', port: PLAIN }, {}, (arrival) => door.plain(seen(arrival)));
    await reactor.listen({ host: '::', port: SECURE }, { tls }, (arrival) => door.secure(seen(arrival)));
    await reactor.listen({ host: '::', port: FIXED }, {}, (arrival) =>
      door.port(seen(arrival), 'http', () => world.fixed),
    );
    world.expose('shop.example');
    return world;
  }

  /** A destination whose streams end up in `opened`. */
  destination(policies: readonly Policy[] = []): Destination & { kind: 'live' } {
    return live(
      {
        open: (head, pipe) => {
          const cancelled: StreamCode[] = [];
          const stream = new Stream(pipe as MessagePipe);
          this.opened.push({ head, request: head.request as RequestHead, stream, cancelled });
          return {
            id: this.opened.length,
            opened: false,
            unreached: undefined,
            cancel: (code) => {
              cancelled.push(code);
              stream.reset(code);
            },
          };
        },
      },
      policies,
    );
  }

  expose(host: string, policies: readonly Policy[] = []): void {
    this.test.table.set(host, this.destination(policies));
  }

  visit(text = '', port: 'plain' | 'secure' | 'fixed' = 'plain', sni = 'shop.example'): Script {
    const at = { host: 'gw', port: port === 'plain' ? PLAIN : port === 'secure' ? SECURE : FIXED };
    const tls = port === 'secure' ? { serverName: sni, alpn: ['http/1.1'], verify: 'report' as const } : undefined;
    const script = new Script(this.reactor.dial(at, { timeoutMs: 1_000, tls }));
    if (text !== '') script.send(text);
    this.reactor.run();
    return script;
  }

  /** What the last stream is to do; then everything settles. */
  answer(body = 'ok', changes: Partial<ResponseHead> = {}): void {
    this.last.stream
      .head(response(200, 'length', body.length, changes))
      .send(body)
      .finish();
    this.reactor.run();
  }

  get last(): Opened {
    const last = this.opened.at(-1);
    if (last === undefined) throw new Error('no stream was opened');
    return last;
  }

  /** After promises have settled, too. */
  async settled(): Promise<void> {
    await new Promise(setImmediate);
    this.reactor.run();
  }
}

export function response(
  status: number,
  body: BodyKind = 'none',
  length = -1,
  changes: Partial<ResponseHead> = {},
): ResponseHead {
  return { kind: 'response', status, fields: [], body, length, upgrade: undefined, ...changes };
}

/** A GET of `/` with the fields given as lines. */
export function get(...lines: readonly string[]): string {
  return ['GET / HTTP/1.1', 'Host: shop.example', ...lines, '', ''].join('\r\n');
}

/** The value of a field of a head or list. */
export function fieldOf(fields: readonly string[], name: string): string | undefined {
  const at = fields.findIndex((field, i) => i % 2 === 0 && field.toLowerCase() === name);
  return at < 0 ? undefined : fields[at + 1];
}
