// The whole way for peers of frames: a gateway without TLS, an agent, and two origins: `web.gw` of raw bytes, `echo.gw` that answers.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FramePeer } from '../../conformance/raw/frame-peer.ts';
import type { Pairs } from '../../conformance/raw/hpack.ts';
import { type Limits, limitValues } from '../../contract/limits.ts';
import { makeNodeReactor } from '../../pipe/node/reactor.ts';
import { WholeWay } from '../whole-way.testkit.ts';

/** A request of `web.gw` as a browser without TLS would make it. */
export function request(changes: Readonly<Record<string, string | undefined>> = {}, ...fields: Pairs): Pairs {
  const pseudo = { ':method': 'GET', ':scheme': 'http', ':authority': 'web.gw', ':path': '/', ...changes };
  const kept = Object.entries(pseudo).filter((pair): pair is [string, string] => pair[1] !== undefined);
  return [...kept, ...fields];
}

/** The same of `echo.gw`. */
export function echo(changes: Readonly<Record<string, string | undefined>> = {}, ...fields: Pairs): Pairs {
  return request({ ':authority': 'echo.gw', ...changes }, ...fields);
}

export class Http2World {
  readonly way: WholeWay;
  /** What `echo.gw` was asked: method and path. */
  readonly asked: string[];
  readonly #origin: Server;
  readonly #peers: FramePeer[] = [];

  private constructor(way: WholeWay, origin: Server, asked: string[]) {
    this.way = way;
    this.#origin = origin;
    this.asked = asked;
  }

  static async start(limits: Partial<Limits> = {}): Promise<Http2World> {
    const asked: string[] = [];
    const origin = createServer((incoming, outgoing) => {
      asked.push(`${incoming.method} ${incoming.url}`);
      incoming.pipe(outgoing);
    });
    origin.listen(0, '127.0.0.1');
    await once(origin, 'listening');
    const target = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
    const way = await WholeWay.start(makeNodeReactor(limitValues(limits)), limits, { echo: target });
    return new Http2World(way, origin, asked);
  }

  /** Connected; closed with this world. */
  peer(values: readonly (readonly [number, number])[] = []): FramePeer {
    const peer = FramePeer.open(this.way.port, values);
    this.#peers.push(peer);
    return peer;
  }

  async close(): Promise<void> {
    for (const peer of this.#peers) peer.close();
    await this.way.close();
    this.#origin.closeAllConnections();
    this.#origin.close();
  }
}
