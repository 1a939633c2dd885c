// An origin that follows a script, and the agent's side of its connection.
import type { RequestHead } from '../contract/message.ts';
import { ClientMessage } from './client-message.ts';
import { Connection } from './connection.ts';
import { makeWorld, Script, Stream, type World, type WorldOptions } from './exchange.testkit.ts';

export class ClientWorld {
  readonly world: World;
  readonly origin: Script;
  readonly connection: Connection;
  readonly ends: ('reuse' | 'close')[] = [];
  readonly #streamMax: number;

  constructor(options: WorldOptions & { readonly streamMax?: number } = {}) {
    this.world = makeWorld(options);
    this.#streamMax = options.streamMax ?? 65_536;
    this.origin = new Script(this.world.far);
    this.connection = new Connection(this.world.near, this.world.services);
  }

  run(): this {
    this.world.reactor.run();
    return this;
  }

  /** Sends a request's head; without body also its end. */
  ask(head: RequestHead = get): Stream {
    const message = new ClientMessage(this.connection, { done: (end) => this.ends.push(end) });
    const stream = new Stream(message, this.#streamMax).head(head);
    if (head.body === 'none') stream.finish();
    this.run();
    return stream;
  }

  /** The origin sends; everything runs until it rests. */
  say(text: string | Buffer): this {
    this.origin.send(text);
    return this.run();
  }
}

export function requestHead(changes: Partial<RequestHead> = {}): RequestHead {
  return {
    kind: 'request',
    method: 'GET',
    scheme: 'http',
    authority: 'a',
    path: '/',
    fields: [],
    body: 'none',
    length: -1,
    upgrade: undefined,
    acceptsTrailers: false,
    ...changes,
  };
}

export const get = requestHead();
export const put = (length: number) => requestHead({ method: 'PUT', body: 'length', length });
export const putChunked = requestHead({ method: 'PUT', body: 'chunked' });
export const webSocket = requestHead({ body: 'upgrade', upgrade: 'websocket', fields: ['Sec-WebSocket-Key', 'k'] });
