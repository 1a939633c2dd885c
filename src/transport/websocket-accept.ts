// The gateway's side of the WebSocket transport: answers an upgrade request that ingress has parsed. Decides nothing about
// who may come; that is the session's proof.
import type { IncomingMessage } from 'node:http';
import type { WebSocketServer } from 'ws';
import type { Clock } from '../contract/clock.ts';
import type { Limits } from '../contract/limits.ts';
import type { Link } from '../contract/link.ts';
import type { RequestHead } from '../contract/message.ts';
import type { Pipe } from '../contract/pipe.ts';
import { PipeDuplex } from '../pipe/duplex.ts';
import { TransportError } from './error.ts';
import { exporterOf } from './link.ts';
import { SUBPROTOCOL, socketBounds, WebSocketLink } from './websocket-link.ts';

export interface LinkUpgrade {
  /** The visitor's pipe, from which exactly the head and `initial` have been read. */
  readonly pipe: Pipe;
  readonly head: RequestHead;
  readonly initial: Buffer;
  /** `ip:port`, or what a trusted proxy said. */
  readonly address: string;
}

/**
 * Makes the function that answers upgrades at LINK_PATH. It owns the pipe from then on. Its promise rejects with a
 * TransportError after a wrong handshake was answered (400, 403, 405, 426) or the pipe broke.
 *
 * The exporter is there when the pipe itself is TLS, and the session then says so in its HELLO (`exporterBound`). Behind a
 * reverse proxy the pipe is plain and nothing is bound: the identity proof alone protects such a link.
 */
export function webSocketAcceptor(clock: Clock, limits: Limits): (upgrade: LinkUpgrade) => Promise<Link> {
  const options = {
    noServer: true,
    clientTracking: false,
    handleProtocols: () => SUBPROTOCOL,
    ...socketBounds(limits),
  };
  let server: Promise<WebSocketServer> | undefined;
  return ({ pipe, head, initial, address }) => {
    const { promise, resolve, reject } = Promise.withResolvers<Link>();
    const stream = new PipeDuplex(pipe);
    stream.on('error', () => {});
    stream.on('close', () => reject(new TransportError(pipe.cause ?? 'reset', `${address} left in the handshake.`)));
    const objection = objectionTo(head);
    if (objection) {
      stream.end(replyText(objection, clock.wall()), () => stream.destroy());
      reject(new TransportError('malformed', `${address} sent a wrong handshake: ${objection.text}`, 'TK-4009'));
      return promise;
    }
    const exporter = exporterOf(pipe);
    // Late: most gateways never see an agent that comes this way.
    server ??= import('ws').then((ws) => new ws.WebSocketServer(options));
    void server.then((ready) =>
      ready.handleUpgrade(requestLike(head), stream, initial, (socket) => {
        const peer = { address, transport: 'ws', exporter, trusted: false };
        resolve(new WebSocketLink(socket, { stream, limits, clock, peer }));
      }),
    );
    return promise;
  };
}

interface Objection {
  readonly status: string;
  readonly text: string;
  readonly field?: string;
}

/** What RFC 6455 §4.2.1 demands, and what only agents say. All of it is checked here, so that `ws` has nothing left to refuse. */
function objectionTo(head: RequestHead): Objection | undefined {
  const values = valuesOf(head);
  const protocols = values.get('sec-websocket-protocol')?.split(/\s*,\s*/) ?? [];
  if (head.method !== 'GET') return { status: '405 Method Not Allowed', text: 'Use GET.', field: 'Allow: GET' };
  if (head.upgrade !== 'websocket') {
    return { status: '426 Upgrade Required', text: 'Agents connect here.', field: 'Upgrade: websocket' };
  }
  if (values.get('sec-websocket-version') !== '13') {
    return { status: '426 Upgrade Required', text: 'Use version 13.', field: 'Sec-WebSocket-Version: 13' };
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(values.get('sec-websocket-key') ?? '')) {
    return { status: '400 Bad Request', text: 'The key is missing or malformed.' };
  }
  if (!protocols.includes(SUBPROTOCOL))
    return { status: '400 Bad Request', text: `Only ${SUBPROTOCOL} is spoken here.` };
  // Browsers always send it and agents never do: no web page shall open links from its readers' addresses.
  if (values.has('origin')) return { status: '403 Forbidden', text: 'Only agents connect here.' };
  return undefined;
}

/** With the time (RFC 9110 §6.6.1), by which an agent's machine can be told that its clock is wrong. */
function replyText({ status, text, field }: Objection, now: number): string {
  const date = new Date(now).toUTCString();
  const fields = [`Date: ${date}`, 'Connection: close', 'Content-Type: text/plain', `Content-Length: ${text.length}`];
  return [`HTTP/1.1 ${status}`, ...(field ? [field] : []), ...fields, '', text].join('\r\n');
}

/** Fields by lower-case name; those that came twice joined as RFC 9110 §5.3 says. */
function valuesOf({ fields }: RequestHead): Map<string, string> {
  const values = new Map<string, string>();
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!.toLowerCase();
    const before = values.get(name);
    values.set(name, before === undefined ? fields[at + 1]! : `${before}, ${fields[at + 1]}`);
  }
  return values;
}

/** The members of a request that `ws` looks at. */
function requestLike(head: RequestHead): IncomingMessage {
  const headers = { ...Object.fromEntries(valuesOf(head)), upgrade: head.upgrade };
  return { method: head.method, url: head.path, headers } as unknown as IncomingMessage;
}
