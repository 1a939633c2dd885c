// The same questions by visitors who speak HTTP/2: what an origin says over HTTP/1.1 must mean the same there.
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  type IncomingHttpHeaders,
} from 'node:http2';
import type { Answer } from './answer.ts';
import type { Ask } from './ask.ts';
import type { Play } from './case.ts';
import { type Answered, answerOnce, factsOf } from './plays.ts';
import type { Field } from './reading.ts';
import { requestsIn } from './request.ts';
import type { Stage } from './stage.ts';

/** Says nothing that belongs to one connection of HTTP/1. */
const HOP_BY_HOP = new Set(['connection', 'upgrade', 'keep-alive']);

/** A session over TLS with the lane's name. */
function dial(stage: Stage): ClientHttp2Session {
  const session = connect(`https://127.0.0.1:${stage.front.securePort}`, {
    servername: stage.lane.open,
    rejectUnauthorized: false,
  });
  session.on('error', () => {});
  return session;
}

function begin(session: ClientHttp2Session, stage: Stage, { method = 'GET', path = '/', fields = [], body }: Ask) {
  const kept = fields.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
  const length: readonly Field[] = body === undefined ? [] : [['content-length', String(body.length)]];
  const stream = session.request({
    ...Object.fromEntries([...kept, ...length].map(([name, value]) => [name.toLowerCase(), value])),
    [constants.HTTP2_HEADER_METHOD]: method,
    [constants.HTTP2_HEADER_PATH]: path,
    [constants.HTTP2_HEADER_AUTHORITY]: `${stage.lane.open}:${stage.front.securePort}`,
  });
  stream.end(body);
  return stream;
}

const fieldsOf = (headers: IncomingHttpHeaders): Field[] =>
  Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith(':') ? [] : [value ?? ''].flat().map((each): Field => [name, each]),
  );

/** The answer once its stream is over; undefined where no final head came in time. */
async function answerOf(stream: ClientHttp2Stream, patienceMs: number): Promise<Answer | undefined> {
  const interims: number[] = [];
  let head: IncomingHttpHeaders | undefined;
  let trailers: readonly Field[] = [];
  let body = '';
  let ended = false;
  stream.on('headers', (headers) => void interims.push(Number(headers[':status'])));
  stream.on('response', (headers) => {
    head = headers;
  });
  stream.on('trailers', (headers) => {
    trailers = fieldsOf(headers);
  });
  stream.setEncoding('latin1').on('data', (text: string) => {
    body += text;
  });
  stream.on('end', () => {
    ended = true;
  });
  stream.on('error', () => {});
  const timer = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), patienceMs);
  await new Promise((resolve) => stream.once('close', resolve));
  clearTimeout(timer);
  if (head === undefined) return undefined;
  const state = ended && stream.rstCode === constants.NGHTTP2_NO_ERROR ? 'whole' : 'cut';
  const status = Number(head[':status']);
  return { status, interims, line: '', fields: fieldsOf(head), body, trailers, state, byClose: false };
}

/** As `answered`, by a visitor of HTTP/2. */
export function answeredOver2(row: Answered): Play {
  return async (stage) => {
    answerOnce(stage, row);
    const sessions = [dial(stage)];
    const answer = await answerOf(begin(sessions[0]!, stage, row.ask ?? {}), stage.ms);
    if (sessions[0]!.closed || sessions[0]!.destroyed) sessions.unshift(dial(stage));
    const after = await answerOf(begin(sessions[0]!, stage, { path: '/after' }), stage.ms);
    for (const session of sessions) session.destroy();
    await stage.clear();
    const reused = stage.origins.some((wire) => requestsIn(wire.received).whole.length > 1);
    const next = `${after?.status} ${after?.body.slice(0, 40)}`;
    return { ...(answer && row.sees?.(answer)), ...factsOf(answer), next, strays: 0, reused };
  };
}
