// P76–P84: connections that end early, are used again, or should not be.
import type { Case, Facts } from '../case.ts';
import { answered, exchange, head, nextAfter } from '../plays.ts';
import type { Wire } from '../raw/wire.ts';
import { values } from '../reading.ts';
import { OK, type Stage } from '../stage.ts';

const get = (path: string, ...fields: readonly string[]) => head(`GET ${path} HTTP/1.1`, 'Host: $HOST', ...fields);
const post = (path: string, body: string) =>
  `${head(`POST ${path} HTTP/1.1`, 'Host: $HOST', `Content-Length: ${body.length}`)}${body}`;
const sized = (text: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\n\r\n${text}`;

const LEAVING: readonly Case[] = (['fin', 'rst'] as const).map((how) => ({
  id: 'P76',
  name: `a visitor that leaves by ${how.toUpperCase()} in the middle of the answer`,
  ref: 'HAProxy abortonclose',
  play: async (stage) => {
    stage.serve((wire) => void wire.send(head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')).send('2\r\nhi\r\n'));
    const visitor = await stage.call();
    visitor.send(get('/'));
    await visitor.wire.until(() => visitor.wire.text.includes('hi'), stage.ms);
    if (how === 'fin') visitor.wire.socket.destroy();
    else visitor.wire.rst();
    const startedAt = performance.now();
    // Who closes is seen by whoever sends: the answer goes on until somebody refuses it.
    const [origin] = stage.origins;
    const pour = setInterval(() => origin?.send('2\r\nhi\r\n'), 50);
    const ended = await origin?.ends(stage.ms);
    clearInterval(pour);
    return { ended, inTime: performance.now() - startedAt <= (stage.patience.full ? 1_000 : 5_000) };
  },
  wants: { ended: ['fin', 'rst'], inTime: true },
}));

const BIG = 'b'.repeat(2_000_000);
const PIPELINED: readonly Case[] = [
  {
    id: 'P77',
    name: 'a visitor that half-closes behind a whole request',
    ref: 'RFC 9112 6.3',
    play: async (stage) => {
      stage.serve((wire) => wire.send(sized(BIG)));
      const visitor = await stage.call();
      visitor.send(get('/')).wire.fin();
      const answer = await visitor.answer();
      return { status: answer?.status, state: answer?.state, same: answer?.body === BIG };
    },
    wants: { status: 200, state: 'whole', same: true },
  },
  {
    id: 'P78',
    name: 'three requests at once, a POST in the middle',
    ref: 'RFC 9112 9.3.2',
    play: async (stage) => {
      stage.serve((wire, { target, body }) => wire.send(sized(`${target}${body}`)));
      const visitor = await stage.call();
      visitor.send(get('/1') + post('/2', 'two') + get('/3', 'Connection: close'));
      await visitor.answer(2);
      return { answers: visitor.heard.answers.map(({ body }) => body).join(' ') };
    },
    wants: { answers: '/1 /2two /3' },
  },
  {
    id: 'P79',
    name: 'a good request and a bad one at once',
    ref: 'RFC 9112 9.3.2',
    play: async (stage) => {
      stage.serve((wire) => wire.send(sized('first')));
      const visitor = await stage.call();
      visitor.send(get('/1') + get('/2', 'Bad Name: 1') + get('/3'));
      await visitor.answer(1);
      const ending = await visitor.wire.ends(stage.ms);
      await stage.clear();
      const answers = visitor.heard.answers.map(({ status, state }) => `${status} ${state}`).join(', ');
      return { answers, ending, reached: stage.reached.length };
    },
    wants: { answers: '200 whole, 400 whole', ending: ['fin', 'rst'], reached: 1 },
  },
];

/** A connection that served a request is ended by the origin as the next one comes. */
function endedInUse(bytes: string, how: 'fin' | 'rst'): Case['play'] {
  return async (stage) => {
    stage.serve((wire, _request, nth) => {
      if (nth !== 1) wire.send(OK);
      else if (how === 'fin') wire.socket.destroySoon();
      else wire.rst();
    });
    const visitor = await stage.call();
    await visitor.send(get('/first')).answer();
    const answer = await visitor.send(bytes).answer(1);
    const next = await nextAfter(stage, visitor);
    await stage.clear();
    const copies = stage.reached.filter(({ target }) => target === '/second').length;
    return { status: answer?.status, copies, next };
  };
}

const REUSED: readonly Case[] = (['fin', 'rst'] as const).flatMap((how): Case[] => [
  {
    id: 'P80',
    name: `the origin ends a kept connection by ${how.toUpperCase()} as a GET comes`,
    ref: 'RFC 9110 9.2.2, RFC 9112 9.3.1',
    play: endedInUse(get('/second'), how),
    wants: { status: 200, copies: [1, 2], next: '200 ok' },
  },
  {
    id: 'P80',
    name: `the origin ends a kept connection by ${how.toUpperCase()} as a POST comes`,
    ref: 'RFC 9110 9.2.2, RFC 9112 9.3.1',
    play: endedInUse(post('/second', 'x'), how),
    wants: { status: 502, copies: 1, next: '200 ok' },
  },
]);

/** The origin says something on a connection at rest. */
async function poisoned(stage: Stage, poison: string, second: string): Promise<Facts> {
  stage.serve((wire) => wire.send(OK));
  const visitor = await stage.call();
  await visitor.send(get('/first')).answer();
  const [origin] = stage.origins as [Wire];
  await new Promise((resolve) => origin.socket.write(poison, resolve));
  const answer = await visitor.send(second).answer(1);
  await stage.clear();
  return {
    status: answer?.status,
    body: answer?.body,
    copies: stage.reached.filter(({ target }) => target === '/second').length,
  };
}

const POISON = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison';
const OTHERS: readonly Case[] = [
  {
    id: 'P81',
    name: 'a chunked answer for HTTP/1.0',
    ref: 'RFC 9112 6.1, 9.3',
    play: answered({
      ask: { version: '1.0' },
      says: `${head('HTTP/1.1 200 OK', 'Transfer-Encoding: chunked')}3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n`,
      sees: ({ fields, byClose }) => ({ byClose, coding: values(fields, 'transfer-encoding').join() }),
    }),
    wants: { status: 200, state: 'whole', body: 'abcde', byClose: true, coding: '', over: 'fin' },
  },
  {
    id: 'P82',
    name: 'Connection: close of a visitor',
    ref: 'RFC 9112 9.6',
    play: exchange(get('/', 'Connection: close')),
    wants: { status: 200, connection: 'closed', reached: 1 },
  },
  {
    id: 'P82',
    name: 'HTTP/1.0 without keep-alive',
    ref: 'RFC 9112 9.3',
    play: exchange(get('/').replace('1.1', '1.0')),
    wants: { status: 200, connection: 'closed', reached: 1 },
  },
  {
    id: 'P83',
    name: 'an answer nobody asked for, before a GET',
    ref: 'RFC 9112 9.2, CVE-2026-48931',
    play: (stage) => poisoned(stage, POISON, get('/second')),
    wants: { status: 200, body: 'ok', copies: 1 },
  },
  {
    id: 'P83',
    name: 'an answer nobody asked for, before a POST',
    ref: 'RFC 9112 9.2, CVE-2026-48931',
    play: (stage) => poisoned(stage, POISON, post('/second', 'x')),
    wants: { status: [200, 502], body: /^(?!poison)/, copies: [0, 1] },
  },
  {
    id: 'P83',
    name: 'one byte nobody asked for',
    ref: 'RFC 9112 9.2',
    play: (stage) => poisoned(stage, 'x', get('/second')),
    wants: { status: 200, body: 'ok', copies: 1 },
  },
  ...[
    ['400', get('/', 'Bad Name: 1'), 400],
    ['413', `${head('POST / HTTP/1.1', 'Host: $HOST', 'Transfer-Encoding: chunked')}5;${'a'.repeat(8_192)}\r\n`, 413],
    ['414', get(`/${'a'.repeat(9_216)}`), 414],
    ['431', get('/', `X: ${'a'.repeat(17_408)}`), 431],
  ].map(
    ([name, bytes, status]): Case => ({
      id: 'P84',
      name: `another request behind one that is answered ${name}`,
      ref: 'RFC 9112 9.6',
      play: exchange(`${bytes}${get('/inner')}`),
      wants: { status: status as number, connection: 'closed', reached: 0, garbage: undefined },
    }),
  ),
];

export const CONNECTION_CASES: readonly Case[] = [...LEAVING, ...PIPELINED, ...REUSED, ...OTHERS];
