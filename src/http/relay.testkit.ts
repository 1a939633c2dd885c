// A whole way inside one process: visitor → ServerMessage → relay → ClientMessage → origin. The relay does what two sessions and
// a link between them do, with a buffer of a few bytes.
import type { MessagePipe } from '../contract/message.ts';
import { type Arena, END, HEAD, RESET, TRAILERS } from '../contract/pipe.ts';
import { makeArena } from '../pipe/arena.ts';
import { ClientMessage } from './client-message.ts';
import { Connection, type ConnectionUser, type HttpServices } from './connection.ts';
import { type CountingPool, Script, type World } from './exchange.testkit.ts';
import { type ParsedRequest, type Refusal, RequestHeadParser } from './request-head.ts';
import { responseHead } from './server.testkit.ts';
import { type ExchangeEnd, ServerMessage } from './server-message.ts';

/** Moves one direction; what was read and not yet taken waits in the arena. */
class Lane {
  readonly from: MessagePipe;
  readonly to: MessagePipe;
  readonly #arena: Arena;
  #at = 0;
  #end = 0;
  ended = false;

  constructor(from: MessagePipe, to: MessagePipe, arenaBytes: number) {
    this.from = from;
    this.to = to;
    this.#arena = makeArena(arenaBytes);
  }

  get waiting(): boolean {
    return this.#at < this.#end;
  }

  /** False: broken. */
  move(): boolean {
    for (;;) {
      while (this.waiting) {
        const taken = this.to.write(this.#arena, this.#at, this.#end - this.#at);
        if (taken === RESET) return false;
        if (taken === 0) return true;
        this.#at += taken;
      }
      if (this.ended) return true;
      const got = this.from.read(this.#arena, 0, this.#arena.size);
      if (got === RESET) return false;
      if (got === 0) return true;
      if (got > 0) {
        this.#at = 0;
        this.#end = got;
      } else if (!this.#sign(got)) return false;
    }
  }

  #sign(got: number): boolean {
    if (got === HEAD && this.from.head !== undefined) return this.to.writeHead(this.from.head) !== RESET;
    if (got === TRAILERS) return this.to.writeTrailers(this.from.trailers ?? []) !== RESET;
    if (got !== END) throw new Error(`a sign of ${got}`);
    this.ended = true;
    this.to.end();
    return true;
  }
}

export class Relay {
  readonly #up: Lane;
  readonly #down: Lane;
  #over = false;

  constructor(visitor: MessagePipe, origin: MessagePipe, arenaBytes: number) {
    this.#up = new Lane(visitor, origin, arenaBytes);
    this.#down = new Lane(origin, visitor, arenaBytes);
    visitor.owner = { readable: () => this.#move(this.#up), writable: () => this.#move(this.#down) };
    origin.owner = { readable: () => this.#move(this.#down), writable: () => this.#move(this.#up) };
    this.#want();
  }

  #move(lane: Lane): void {
    if (this.#over) throw new Error('told after the end');
    // A break is told through `readable` also to an end that said END before.
    const broken = lane.ended && lane.from.cause !== undefined;
    if (broken || !lane.move()) this.#break();
    else if (this.#up.ended && this.#down.ended && !this.#up.waiting && !this.#down.waiting) this.#close();
    else this.#want();
  }

  #want(): void {
    const { from: visitor, to: origin } = this.#up;
    visitor.want(!this.#up.ended && !this.#up.waiting, this.#down.waiting);
    origin.want(!this.#down.ended && !this.#down.waiting, this.#up.waiting);
  }

  #close(): void {
    this.#over = true;
    this.#up.from.close();
    this.#up.to.close();
  }

  #break(): void {
    this.#over = true;
    const code = this.#up.to.cause === 'malformed' ? 8 : 7;
    this.#up.from.reset(code);
    this.#up.to.reset(1);
  }
}

/** The gateway's and the agent's side of one visitor's connection; every request gets an origin connection of its own. */
export class Way implements ConnectionUser {
  readonly visitor: Script;
  readonly connection: Connection;
  readonly services: HttpServices & { readonly arenas: CountingPool };
  readonly ends: ExchangeEnd[] = [];
  readonly originEnds: string[] = [];
  readonly hungry = true;
  readonly ready = false;
  readonly #world: World;
  readonly #dial: () => Connection;
  readonly #arenaBytes: number;
  readonly #parser: RequestHeadParser;

  constructor(world: World, dial: () => Connection, arenaBytes: number) {
    this.#world = world;
    this.#dial = dial;
    this.#arenaBytes = arenaBytes;
    this.services = world.services;
    this.#parser = new RequestHeadParser(world.services.limits, 'http');
    this.visitor = new Script(world.near);
    this.connection = new Connection(world.far, this.services);
    this.#next();
  }

  readable(): void {
    const got = this.connection.readHead<ParsedRequest | Refusal>(this.#parser);
    if (got === undefined) return;
    if (typeof got === 'number' || got.kind === 'refused') this.connection.finish();
    else this.#begin(got);
  }

  writable(): void {}

  /** Nothing is kept once all is over. */
  get held(): number {
    return this.#world.services.arenas.lent + this.connection.carried + this.connection.pending;
  }

  #next(): void {
    this.connection.user = this;
    this.connection.want(true, false);
  }

  #begin(request: ParsedRequest): void {
    const message: ServerMessage = new ServerMessage(this.connection, request, {
      done: (end) => {
        this.ends.push(end);
        if (end === 'keep') this.#next();
      },
      refused: (code) => void message.answer(responseHead(502), Buffer.from(code)),
    });
    const origin = new ClientMessage(this.#dial(), { done: (end) => this.originEnds.push(end) });
    origin.writeHead(request.head);
    new Relay(message, origin, this.#arenaBytes);
  }
}
