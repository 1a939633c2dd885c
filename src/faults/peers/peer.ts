import { once } from 'node:events';
import type { Server } from 'node:net';
import type { Ledger } from '../ledger.ts';
import type { Talk } from '../talk.ts';

export interface Visit {
  readonly port: number;
  /** By which the gateway knows whom it is for. */
  readonly host: string;
  readonly ledger: Ledger;
  readonly talk: Talk;
}

/** Visitor and origin of one protocol, which check every byte and ending they see. */
export interface Peer {
  /** An origin on a free loopback port. */
  serve(ledger: Ledger): Promise<Server>;
  /** Resolves when the visitor's side is over, however it ended. */
  visit(visit: Visit): Promise<void>;
  /** Lets go of what is kept between visits. */
  rest?(): void;
}

/** More visitors than Node's 511 may come in one turn; whom the kernel drops comes again after a second, or is reset. */
const BACKLOG = 4_096;

export async function listening<T extends Server>(server: T): Promise<T> {
  server.listen({ port: 0, host: '127.0.0.1', backlog: BACKLOG });
  await once(server, 'listening');
  return server;
}
