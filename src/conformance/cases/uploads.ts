// P35–P37, P39, P41: bodies of requests on their way to the origin.
import type { Case, Facts } from '../case.ts';
import { exchange, head, nextAfter, passes } from '../plays.ts';
import { values } from '../reading.ts';
import type { Recorded } from '../request.ts';
import { requestsIn } from '../request.ts';
import type { Stage } from '../stage.ts';

const framed = ({ fields, body }: Recorded): Facts => ({
  length: values(fields, 'content-length').join(),
  body: body.toString('latin1'),
});
const line = (method: string, ...fields: readonly string[]) => head(`${method} / HTTP/1.1`, 'Host: $HOST', ...fields);

const EMPTY: readonly Case[] = [
  passes('P35', 'POST with Content-Length: 0', 'RFC 9110 8.6', line('POST', 'Content-Length: 0'), framed, {
    length: '0',
    body: '',
  }),
  passes('P36', 'POST without a word about its body', 'RFC 9112 6.3', line('POST'), framed, { body: '' }),
];

/** Whole, or not at all; never the length without the bytes. */
const ANY_METHOD = ['GET', 'DELETE', 'OPTIONS', 'HEAD', 'PROPFIND'].flatMap((method): Case[] => {
  const wants = { status: 200, reached: 1, body: 'hello', garbage: undefined };
  const chunks = '5\r\nhello\r\n0\r\n\r\n';
  return [
    {
      id: 'P37',
      name: `${method} with a length`,
      ref: 'RFC 9110 9.3.1',
      play: answeredTo(method, `${line(method, 'Content-Length: 5')}hello`),
      wants,
    },
    {
      id: 'P37',
      name: `${method} with chunks`,
      ref: 'RFC 9110 9.3.1',
      play: answeredTo(method, line(method, 'Transfer-Encoding: chunked') + chunks),
      wants,
    },
  ];
});

function answeredTo(method: string, bytes: string): Case['play'] {
  if (method !== 'HEAD') return exchange(bytes, framed);
  return async (stage) => {
    stage.serve((wire) => wire.send('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n'));
    const visitor = await stage.call();
    const answer = await visitor.send(bytes, 'HEAD').answer();
    await stage.clear();
    const [request] = stage.reached;
    return {
      ...(request && framed(request)),
      status: answer?.status,
      reached: stage.reached.length,
      garbage: stage.garbage,
    };
  };
}

async function pieces(stage: Stage, parts: Iterable<string>, pauseMs: number): Promise<Facts> {
  const visitor = await stage.call();
  for (const part of parts) {
    if (!(await visitor.wire.pour(Buffer.from(stage.text(part), 'latin1')))) break;
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  const answer = await visitor.answer();
  const next = await nextAfter(stage, visitor);
  await stage.clear();
  return {
    status: answer?.status,
    body: stage.reached[0]?.body.toString('latin1'),
    reached: stage.reached.length,
    next,
  };
}

const MANY = 100_000;
const CHUNKED = line('POST', 'Transfer-Encoding: chunked');
const SPLIT: readonly Case[] = [
  {
    id: 'P39',
    name: '100,000 chunks of one byte',
    ref: 'RFC 9112 7.1',
    play: async (stage) => {
      const one = Array.from({ length: MANY }, (_, at) => `1\r\n${String.fromCharCode(97 + (at % 26))}\r\n`).join('');
      const { body, ...facts } = await pieces(stage, [CHUNKED, one, '0\r\n\r\n'], 0);
      const good = Array.from({ length: MANY }, (_, at) => String.fromCharCode(97 + (at % 26))).join('');
      return { ...facts, same: body === good };
    },
    wants: { status: 200, same: true, reached: 1, next: '200 ok' },
  },
  {
    id: 'P39',
    name: 'every byte by itself',
    ref: 'RFC 9112 7.1',
    play: (stage) => pieces(stage, [...`${stage.text(CHUNKED)}5;ab=c\r\nhello\r\n1\r\n!\r\n0\r\nX-T: 1\r\n\r\n`], 1),
    wants: { status: 200, body: 'hello!', reached: 1, next: '200 ok' },
  },
];

/** The visitor goes in the middle of its upload; how the origin is left. */
function abandons(start: string, how: 'fin' | 'rst'): Case['play'] {
  return async (stage) => {
    stage.welcome(() => {});
    const visitor = await stage.call();
    visitor.send(start);
    const origin = await stage.origin.take(0, stage.ms);
    await origin?.until(() => origin.text.includes('half'), stage.ms);
    if (how === 'fin') visitor.wire.fin();
    else visitor.wire.rst();
    const startedAt = performance.now();
    const ended = await origin?.ends(stage.ms);
    const inTime = performance.now() - startedAt <= (stage.patience.full ? 1_000 : 5_000);
    const { whole } = requestsIn(origin?.received ?? Buffer.alloc(0));
    return { ended, inTime, whole: whole.length };
  };
}

const ABANDONED = (['fin', 'rst'] as const).flatMap((how) =>
  [
    ['its length', line('POST', 'Content-Length: 100')],
    ['chunks', `${CHUNKED}64\r\n`],
  ].map(
    ([name, start]): Case => ({
      id: 'P41',
      name: `a visitor that leaves by ${how.toUpperCase()} before ${name} ${name === 'chunks' ? 'end' : 'is reached'}`,
      ref: 'RFC 9112 8',
      play: abandons(`${start}half`, how),
      wants: { ended: ['rst', 'fin'], inTime: true, whole: 0 },
    }),
  ),
);

export const UPLOAD_CASES: readonly Case[] = [...EMPTY, ...ANY_METHOD, ...SPLIT, ...ABANDONED];
