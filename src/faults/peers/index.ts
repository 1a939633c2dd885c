import { chunked, makeKeepAlive, plain } from './http1.ts';
import { makeHttp2 } from './http2.ts';
import type { Peer } from './peer.ts';
import { tcp } from './tcp.ts';
import { websocket } from './websocket.ts';

/** The protocols of the campaign, and how each of them is spoken at both ends. */
export const PEERS = {
  tcp: () => tcp,
  http: () => plain,
  'keep-alive': makeKeepAlive,
  chunked: () => chunked,
  websocket: () => websocket,
  http2: makeHttp2,
} as const satisfies Record<string, () => Peer>;

export type Protocol = keyof typeof PEERS;
export const PROTOCOLS = Object.keys(PEERS) as Protocol[];
