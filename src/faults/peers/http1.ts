import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { Ledger } from '../ledger.ts';
import { SOCKET_OPTIONS } from '../socket.ts';
import type { Way } from '../talk.ts';
import { listening, type Peer, type Visit } from './peer.ts';

function hear(message: IncomingMessage, way: Way): void {
  way.read = true;
  message.on('data', (bytes: Buffer) => way.take(bytes));
  message.on('error', () => {});
  message.on('end', () => way.end(message.complete));
  message.on('close', () => way.end(false));
  // Once its answer is finished, Node tells a request nothing of its connection any more.
  const broken = () => {
    if (!message.complete) way.end(false);
  };
  const { socket } = message;
  socket.setMaxListeners(0).once('close', broken);
  message.on('end', () => socket.off('close', broken));
}

/** `POST /17/chunked`: the seventeenth conversation, answered in chunks. */
function serve(ledger: Ledger, asked: IncomingMessage, answer: ServerResponse): void {
  const [, id, how] = asked.url!.split('/');
  const talk = ledger.arrived(Number(id));
  if (!talk) return void answer.writeHead(404).end();
  if (asked.method === 'GET') asked.resume();
  else hear(asked, talk.up);
  if (how !== 'chunked') answer.setHeader('Content-Length', talk.down.length);
  const source = talk.down.source();
  answer.on('error', () => {});
  answer.on('close', () => source.destroy());
  source.pipe(answer);
}

function visit({ port, host, talk }: Visit, how: 'sized' | 'chunked', agent: Agent | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const method = talk.once ? 'POST' : 'GET';
  const framing = how === 'chunked' ? { 'transfer-encoding': 'chunked' } : { 'content-length': talk.up.length };
  const headers = { host, ...(talk.once && framing) };
  const asked = request({
    host: '127.0.0.1',
    port,
    path: `/${talk.id}/${how}`,
    method,
    headers,
    agent: agent ?? false,
  });
  asked.on('socket', (socket) => socket.setKeepAlive(true, SOCKET_OPTIONS.keepAliveInitialDelay));
  // Behind an error its answer may still be told that it is broken: over is what is closed.
  asked.on('error', () => {});
  asked.on('close', resolve);
  asked.on('response', (response) => {
    // What the gateway says in the origin's place is no part of the conversation.
    if (response.statusCode !== 200) return void response.resume().on('error', () => {});
    hear(response, talk.down);
  });
  if (method === 'GET') {
    asked.end();
    return promise;
  }
  const source = talk.up.source();
  source.pipe(asked);
  return promise.then(() => void source.destroy());
}

/** Answers in chunks or with a length, as the path says. */
export const serveHttp1 = (ledger: Ledger) => listening(createServer((asked, answer) => serve(ledger, asked, answer)));

/** Each request on a connection of its own, bodies with a length. */
export const plain: Peer = { serve: serveHttp1, visit: (each) => visit(each, 'sized', undefined) };

/** The same with chunks both ways. */
export const chunked: Peer = { serve: serveHttp1, visit: (each) => visit(each, 'chunked', undefined) };

/** Many requests on few connections. */
export function makeKeepAlive(): Peer {
  const agent = new Agent({ keepAlive: true });
  return {
    serve: serveHttp1,
    visit: (each) => visit(each, each.talk.id % 2 === 0 ? 'sized' : 'chunked', agent),
    rest: () => agent.destroy(),
  };
}
