import { type ClientHttp2Session, type ClientHttp2Stream, connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import { setTimeout as elapse } from 'node:timers/promises';
import { SOCKET_OPTIONS } from '../socket.ts';
import type { Way } from '../talk.ts';
import { serveHttp1 } from './http1.ts';
import type { Peer, Visit } from './peer.ts';

/** Of those conversations that go on at once, so many share a connection, roughly. */
const CONNECTIONS = 2;
const LOOK_MS = 5;

/** HTTP/2 without TLS, spoken unasked. Who hears nothing of the other side asks after a while, and answers a FIN with one. */
function dial(port: number, host: string): ClientHttp2Session {
  const session = connectHttp2(`http://${host}`, {
    createConnection: () => connect({ host: '127.0.0.1', port, ...SOCKET_OPTIONS, allowHalfOpen: false }),
  });
  session.setMaxListeners(0);
  session.on('error', () => {});
  return session;
}

/** Only END_STREAM says that this is all: a reset, also one without a fault, and the end of the connection do not. */
function hear(stream: ClientHttp2Stream, way: Way): void {
  let ended = false;
  way.read = true;
  stream.on('data', (bytes: Buffer) => way.take(bytes));
  stream.on('end', () => {
    ended = true;
  });
  stream.on('close', () => way.end(ended && !stream.aborted && stream.rstCode === 0));
}

function converse(session: ClientHttp2Session, { talk }: Visit): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const sized = talk.id % 2 === 0;
  const stream = session.request({
    ':method': talk.once ? 'POST' : 'GET',
    ':path': `/${talk.id}/${sized ? 'sized' : 'chunked'}`,
    ...(sized && talk.once && { 'content-length': talk.up.length }),
  });
  stream.on('error', () => {});
  stream.on('close', () => resolve());
  stream.on('response', (head) => {
    // What the gateway says in the origin's place is no part of the conversation.
    if (head[':status'] === 200) hear(stream, talk.down);
    else stream.resume();
  });
  if (!talk.once) {
    stream.end();
    return promise;
  }
  const source = talk.up.source();
  source.pipe(stream);
  return promise.then(() => void source.destroy());
}

/** Visitors of HTTP/2, several on one connection, before an origin of HTTP/1. */
export function makeHttp2(): Peer {
  const sessions: ClientHttp2Session[] = [];
  return {
    serve: serveHttp1,
    async visit(visit) {
      const at = visit.talk.id % CONNECTIONS;
      let session = sessions[at];
      if (session === undefined || session.closed || session.destroyed) session = dial(visit.port, visit.host);
      sessions[at] = session;
      await converse(session, visit);
      // The last of what was said may still be on its way to the origin, and the connection must not go before.
      const { up } = visit.talk;
      while (up.read && up.saw === 'open' && !session.destroyed) await elapse(LOOK_MS);
    },
    rest() {
      for (const session of sessions) session.destroy();
      sessions.length = 0;
    },
  };
}
