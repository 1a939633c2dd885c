// Origins that are asked over HTTP/2: who is, over how many connections, and what becomes of requests that the origin did not look at (P95).
import { once } from 'node:events';
import {
  constants,
  createSecureServer,
  createServer,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CODE, FLAG, FramePeer, frame, number32, PREFACE, TYPE } from '../../../conformance/raw/frame-peer.ts';
import { encode, type Pairs } from '../../../conformance/raw/hpack.ts';
import { limitValues } from '../../../contract/limits.ts';
import { WholeWay } from '../../../ingress/whole-way.testkit.ts';
import { makeNodeReactor } from '../../../pipe/node/reactor.ts';
import { makeCertificate } from '../../../transport/certificate.testkit.ts';
import { grpcWay } from './grpc-way.testkit.ts';

const LIMITS = { originKeepAliveMs: 300, originReplayBytes: 1_000 };

type Answer = (stream: ServerHttp2Stream, headers: Readonly<Record<string, unknown>>) => void;

let origin: Http2Server;
let way: WholeWay;
let peer: FramePeer;
/** What the origin does with each request in turn; the last one stands for those that come after. */
let answers: Answer[];
let sessions: ServerHttp2Session[];
let bodies: string[];

const echo: Answer = (stream) => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.pipe(stream);
};
const refuse: Answer = (stream) => stream.close(constants.NGHTTP2_REFUSED_STREAM);

beforeEach(async () => {
  [answers, sessions, bodies] = [[echo], [], []];
  origin = createServer();
  origin.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => {});
  });
  origin.on('stream', (stream: ServerHttp2Stream, headers) => {
    stream.on('error', () => {});
    const at = bodies.push('') - 1;
    stream.on('data', (bytes: Buffer) => {
      bodies[at] += bytes.toString();
    });
    (answers.length > 1 ? answers.shift() : answers[0])?.(stream, headers);
  });
  ({ way, peer } = await grpcWay(origin, LIMITS));
});
afterEach(async () => {
  peer.close();
  await way.close();
  for (const session of sessions) session.destroy();
  origin.close();
});

function call(path = '/a.B/c', contentType = 'application/grpc+proto'): Pairs {
  return [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':authority', 'grpc.gw'],
    [':path', path],
    ['content-type', contentType],
    ['te', 'trailers'],
  ];
}

/** The types of the whole frames. */
function typesOf(bytes: Buffer): number[] {
  const types: number[] = [];
  for (let at = 0; at + 9 <= bytes.length; at += 9 + bytes.readUIntBE(at, 3)) types.push(bytes[at + 3] as number);
  return types;
}

const ask = (id: number, body = 'hello') => peer.headers(id, call(), false).data(id, body, true).ended(id);

describe('a gRPC request', () => {
  it('goes to its origin over HTTP/2, and comes back with its trailers', async () => {
    let heard: Readonly<Record<string, unknown>> = {};
    answers = [
      (stream, headers) => {
        heard = headers;
        echo(stream, headers);
      },
    ];
    expect(await ask(1)).toMatchObject({ end: 'end', body: Buffer.from('hello') });
    expect(peer.stream(1).sections.at(-1)).toEqual([['grpc-status', '0']]);
    expect(heard).toMatchObject({
      ':path': '/a.B/c',
      ':authority': 'grpc.gw',
      te: 'trailers',
      'x-real-ip': '127.0.0.1',
    });
  });

  it.each(['application/grpc-web', 'application/grpcx', 'text/plain'])('is not one of %s', async (contentType) => {
    await peer.headers(1, call('/', contentType)).ended(1);
    // An origin of HTTP/2 alone cannot read HTTP/1.
    expect([peer.status(1), bodies]).toEqual([502, []]);
  });

  it('shares one connection with others, which ends when it is at rest', async () => {
    await Promise.all([1, 3, 5].map((id) => ask(id)));
    expect(sessions).toHaveLength(1);
    await once(sessions[0] as ServerHttp2Session, 'close');
    expect((await ask(7)).end).toBe('end');
    expect(sessions).toHaveLength(2);
  });

  it('that the origin refused unseen goes again, with its body', async () => {
    answers = [refuse, echo];
    expect(await ask(1)).toMatchObject({ end: 'end', body: Buffer.from('hello') });
    expect(bodies.at(-1)).toBe('hello');
  });

  it('goes again once, and not when its body is no longer here', async () => {
    answers = [refuse];
    await ask(1);
    expect([peer.status(1), bodies.length]).toEqual([502, 2]);
    await ask(3, 'x'.repeat(2_000));
    expect(peer.status(3)).toBe(502);
    expect(bodies.length).toBeLessThanOrEqual(4);
  });

  it('above the last stream of a GOAWAY goes again, over another connection', async () => {
    expect((await ask(1)).end).toBe('end');
    answers = [(stream) => stream.session?.goaway(constants.NGHTTP2_NO_ERROR, 1), echo];
    expect(await ask(3)).toMatchObject({ end: 'end', body: Buffer.from('hello') });
    expect(sessions).toHaveLength(2);
  });

  it.each([CODE.none, CODE.cancel])('whose answer is cut by reset %i has no end', async (code) => {
    origin.removeAllListeners('connection');
    // By hand: Node ends a stream before it resets it.
    origin.on('connection', (socket: Socket) => {
      let came = Buffer.alloc(0);
      socket
        .on('error', () => {})
        .on('data', (bytes: Buffer) => {
          came = Buffer.concat([came, bytes]);
          if (typesOf(came.subarray(PREFACE.length)).includes(TYPE.headers)) {
            socket.write(frame(TYPE.settings, 0, 0));
            socket.write(frame(TYPE.headers, FLAG.endHeaders, 1, encode([[':status', '200']])));
            socket.end(
              Buffer.concat([frame(TYPE.data, 0, 1, Buffer.from('some')), frame(TYPE.reset, 0, 1, number32(code))]),
            );
          }
        });
    });
    expect(await ask(1)).toMatchObject({ end: 'reset', code: CODE.internal });
  });

  it('that the visitor cancels is cancelled at the origin', async () => {
    const reached = Promise.withResolvers<ServerHttp2Stream>();
    answers = [(stream) => reached.resolve(stream)];
    peer.headers(1, call(), false).data(1, 'some');
    const stream = await reached.promise;
    peer.reset(1);
    await once(stream, 'close');
    expect(stream.rstCode).toBe(constants.NGHTTP2_CANCEL);
  });

  it('to an origin that is down is answered with 502', async () => {
    const closed = once(origin, 'close');
    origin.close();
    await closed;
    await ask(1);
    expect(peer.status(1)).toBe(502);
  });

  it('waits while the origin does not read, and holds no more than the windows', async () => {
    const reached = Promise.withResolvers<ServerHttp2Stream>();
    origin.removeAllListeners('stream');
    origin.on('stream', (stream: ServerHttp2Stream) => reached.resolve(stream));
    peer.headers(1, call(), false).data(1, 'x'.repeat(10_000));
    const stream = await reached.promise;
    peer.data(1, 'y'.repeat(10_000), true);
    echo(stream, {});
    expect((await peer.ended(1)).body.length).toBe(20_000);
  });
});

describe('an origin with TLS', () => {
  it('is asked over HTTP/2 for gRPC, and over HTTP/1.1 for everything else', async () => {
    const heard: string[] = [];
    const secure = createSecureServer(
      { ...(await makeCertificate('127.0.0.1')), allowHTTP1: true },
      (asked, answer) => {
        heard.push(`${asked.httpVersion} ${asked.url}`);
        asked.resume();
        answer.end('ok');
      },
    );
    secure.listen(0, '127.0.0.1');
    await once(secure, 'listening');
    const target = `https://127.0.0.1:${(secure.address() as AddressInfo).port}`;
    const there = await WholeWay.start(makeNodeReactor(limitValues(LIMITS)), LIMITS, { grpc: target });
    const visitor = FramePeer.open(there.port);
    await visitor.headers(1, call('/a.B/c')).ended(1);
    await visitor.headers(3, call('/page', 'text/plain')).ended(3);
    expect([visitor.status(1), visitor.status(3), heard]).toEqual([200, 200, ['2.0 /a.B/c', '1.1 /page']]);
    visitor.close();
    await there.close();
    secure.close();
  });
});
