// A visitor and the gateway's side of its connection, with the least of an ingress: heads are parsed, exchanges follow each other.
import type { ErrorCode } from '../contract/errors.ts';
import type { ResponseHead } from '../contract/message.ts';
import { Connection, type ConnectionUser } from './connection.ts';
import { makeWorld, Script, Stream, type World, type WorldOptions } from './exchange.testkit.ts';
import { type ParsedRequest, type Refusal, RequestHeadParser } from './request-head.ts';
import { type ExchangeEnd, ServerMessage } from './server-message.ts';

export interface Exchange {
  readonly request: ParsedRequest;
  readonly message: ServerMessage;
  readonly stream: Stream;
  end: ExchangeEnd | undefined;
  refused: ErrorCode | undefined;
}

export class ServerWorld implements ConnectionUser {
  readonly world: World;
  readonly visitor: Script;
  readonly connection: Connection;
  readonly exchanges: Exchange[] = [];
  /** What stopped the connection from giving further heads. */
  ended: 'open' | Refusal | 'end' = 'open';
  readonly hungry = true;
  readonly ready = false;
  /** Answers refused requests by itself. */
  errorPages = true;
  readonly #parser: RequestHeadParser;
  readonly #streamMax: number;

  constructor(options: WorldOptions & { readonly streamMax?: number } = {}) {
    this.world = makeWorld(options);
    this.#streamMax = options.streamMax ?? 65_536;
    this.visitor = new Script(this.world.near);
    this.connection = new Connection(this.world.far, this.world.services);
    this.#parser = new RequestHeadParser(this.world.services.limits, options.tls ? 'https' : 'http');
    this.#next();
  }

  run(): this {
    this.world.reactor.run();
    return this;
  }

  /** The visitor sends; everything runs until it rests. */
  say(text: string | Buffer): this {
    this.visitor.send(text);
    return this.run();
  }

  exchange(i = 0): Exchange {
    const exchange = this.exchanges[i];
    if (exchange === undefined) throw new Error(`no exchange ${i}; ${JSON.stringify(this.ended)}`);
    return exchange;
  }

  stream(i = 0): Stream {
    return this.exchange(i).stream;
  }

  readable(): void {
    const got = this.connection.readHead<ParsedRequest | Refusal>(this.#parser);
    if (got === undefined) return;
    if (typeof got === 'number') {
      this.ended = 'end';
      this.connection.finish();
    } else if (got.kind === 'refused') {
      this.ended = got;
      this.connection.finish();
    } else this.#begin(got);
  }

  writable(): void {}

  #next(): void {
    this.connection.user = this;
    this.connection.want(true, false);
  }

  #begin(request: ParsedRequest): void {
    const message: ServerMessage = new ServerMessage(this.connection, request, {
      done: (end) => {
        if (exchange.end !== undefined) throw new Error('done twice');
        exchange.end = end;
        if (end === 'keep') this.#next();
      },
      refused: (code) => {
        if (exchange.refused !== undefined) throw new Error('refused twice');
        exchange.refused = code;
        if (this.errorPages) message.answer(responseHead(502), Buffer.from(`error ${code}`));
      },
    });
    const exchange: Exchange = {
      request,
      message,
      stream: new Stream(message, this.#streamMax),
      end: undefined,
      refused: undefined,
    };
    this.exchanges.push(exchange);
  }
}

export function responseHead(status: number, changes: Partial<ResponseHead> = {}): ResponseHead {
  return { kind: 'response', status, fields: [], body: 'none', length: -1, upgrade: undefined, ...changes };
}

export const ok = (length: number) => responseHead(200, { body: 'length', length });
export const okChunked = responseHead(200, { body: 'chunked' });
export const okClose = responseHead(200, { body: 'close' });
export const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
export const post = (fields: string, body = '') => `POST / HTTP/1.1\r\nHost: a\r\n${fields}\r\n\r\n${body}`;
