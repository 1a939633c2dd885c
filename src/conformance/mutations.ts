// Requests that hide requests: legal ones, and what attackers make of them, from a seed. Each is a visitor's whole connection.

import { pick, type Random, randomOf } from './random.ts';

export interface Input {
  /** In order from 0; also in the target of every request. */
  readonly id: number;
  readonly bytes: string;
  /** What was done to it, in the order in which it was done. */
  readonly made: readonly string[];
}

type Mutation = (lines: Draft, next: Random) => void;

/** A request while it is made. */
interface Draft {
  line: string;
  fields: string[];
  body: string;
  made: string[];
}

/** Spellings of the one coding; some are legal. */
const CODINGS = [
  ...[
    'Transfer-Encoding: chunked',
    'Transfer-Encoding:chunked',
    'TRANSFER-ENCODING: CHUNKED',
    'Transfer-Encoding:\tchunked\t',
  ],
  ...[
    'Transfer-Encoding : chunked',
    ' Transfer-Encoding: chunked',
    'Transfer-Encoding\t: chunked',
    'Transfer_Encoding: chunked',
  ],
  ...[
    'Transfer-Encoding: xchunked',
    'Transfer-Encoding: "chunked"',
    'Transfer-Encoding: chunked, identity',
    'Transfer-Encoding: identity, chunked',
  ],
  ...[
    'Transfer-Encoding: identity',
    'Transfer-Encoding: chunked;a=b',
    'Transfer-Encoding: ,chunked',
    'Transfer-Encoding: chunked,',
  ],
  ...[
    'Transfer-Encoding:\r\n chunked',
    'Transfer-Encoding:\x0bchunked',
    'Transfer-Encoding: chunked\0',
    'Transfer-Encoding: \xa0chunked',
  ],
  ...[
    'X: a\nTransfer-Encoding: chunked',
    'X: a\rTransfer-Encoding: chunked',
    'X: a\r\n\rTransfer-Encoding: chunked',
    'Transfer-Encoding\r: chunked',
  ],
  ...[
    'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity',
    'Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked',
    '\x00Transfer-Encoding: chunked',
    'Transfer-Encoding: ch\0unked',
  ],
];

const lengths = (length: number) => [
  ...[
    `Content-Length: ${length}`,
    `Content-Length:${length}`,
    `content-length: 0${length}`,
    `Content-Length:\t${length} `,
  ],
  ...[
    `Content-Length: +${length}`,
    `Content-Length: -${length}`,
    `Content-Length: ${length}, ${length}`,
    'Content-Length: 0',
    'Content-Length:',
  ],
  ...[
    `Content-Length: 0x${length.toString(16)}`,
    `Content-Length : ${length}`,
    ` Content-Length: ${length}`,
    `Content_Length: ${length}`,
  ],
  ...[
    `Content-Length: ${length}\r\nContent-Length: 0`,
    `Content-Length: 0\r\nContent-Length: ${length}`,
    `Content-Length:\r\n ${length}`,
  ],
  ...[
    `X: a\nContent-Length: ${length}`,
    `Content-Length: ${length}\x0b`,
    `Content-Length: 1${'0'.repeat(20)}`,
    `Content-Length: ${length - 1}`,
    `Content-Length: ${length}.0`,
  ],
];

const EXTRAS = [
  ...[
    'Connection: close',
    'Connection: keep-alive',
    'Connection: Content-Length',
    'Connection: Transfer-Encoding',
    'Connection: Host, close',
  ],
  ...[
    'Expect: 100-continue',
    'Upgrade: h2c',
    'TE: trailers',
    'Trailer: X-T',
    'Content-Type: text/plain',
    'X-Forwarded-For: 6.6.6.6',
    'Cookie: a=b',
  ],
];
const CHUNK_LINES = ['0x', '+', '-', ' ', '0', '00000000', '\t', ''];
const CHUNK_ENDS = [
  '\r\n',
  ';a=b\r\n',
  ' ;a\r\n',
  ';\r\n',
  ' \r\n',
  '\n',
  '\r',
  ';a\nb\r\n',
  ';a\rb\r\n',
  '\r\r\n',
  ';\0\r\n',
];

function chunk(data: string, next: Random): string {
  const odd = next() < 0.4;
  const size = `${odd ? pick(next, CHUNK_LINES) : ''}${data.length.toString(16)}`;
  return `${size}${odd ? pick(next, CHUNK_ENDS) : '\r\n'}${data}${odd && next() < 0.2 ? pick(next, ['\n', '', 'XX', '\r']) : '\r\n'}`;
}

const MUTATIONS: Readonly<Record<string, Mutation>> = {
  coding: (draft, next) => {
    draft.fields = draft.fields.filter((field) => !/^transfer-encoding/i.test(field));
    draft.fields.push(pick(next, CODINGS));
  },
  length: (draft, next) => {
    draft.fields = draft.fields.filter((field) => !/^content-length/i.test(field));
    draft.fields.push(pick(next, lengths(draft.body.length)));
  },
  both: (draft, next) => {
    draft.fields.push(pick(next, lengths(draft.body.length)), pick(next, CODINGS));
  },
  doubled: (draft, next) => {
    draft.fields.push(pick(next, draft.fields));
  },
  order: (draft, next) => {
    draft.fields.sort(() => next() - 0.5);
  },
  fold: (draft, next) => {
    const at = Math.floor(next() * draft.fields.length);
    draft.fields[at] = draft.fields[at]!.replace(': ', pick(next, [':\r\n ', ':\r\n\t', ': x\r\n ']));
  },
  'line end': (draft, next) => {
    const at = Math.floor(next() * draft.fields.length);
    draft.fields[at] += pick(next, ['\n', '\r', '\r\r', '\n\r', '\0', '\x0b']) + (next() < 0.5 ? 'X: y' : '');
  },
  extra: (draft, next) => {
    draft.fields.push(pick(next, EXTRAS));
  },
  version: (draft, next) => {
    draft.line = draft.line.replace(
      'HTTP/1.1',
      pick(next, ['HTTP/1.0', 'HTTP/1.1 ', 'HTTP/1.2', 'HTTP/1.1\tx', 'HTTP/2.0']),
    );
  },
  chunks: (draft, next) => {
    draft.fields = draft.fields.filter((field) => !/^(content-length|transfer-encoding)/i.test(field));
    draft.fields.push('Transfer-Encoding: chunked');
    const cut = Math.floor(next() * draft.body.length);
    const parts = [draft.body.slice(0, cut), draft.body.slice(cut)].filter((part) => part !== '');
    draft.body = `${parts.map((part) => chunk(part, next)).join('')}0\r\n${next() < 0.2 ? 'X-T: 1\r\n' : ''}\r\n`;
  },
  byte: (draft, next) => {
    const at = Math.floor(next() * draft.body.length);
    draft.body =
      draft.body.slice(0, at) +
      String.fromCharCode(Math.floor(next() * 256)) +
      draft.body.slice(at + Math.floor(next() * 2));
  },
};

function draft(id: number, host: string, next: Random): Draft {
  const hidden = `GET /inner-${id} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
  const line = `${pick(next, ['POST', 'POST', 'PUT', 'GET'])} /outer-${id} HTTP/1.1`;
  const bodies = [
    hidden,
    `0\r\n\r\n${hidden}`,
    `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`,
    'hello',
    `5\r\nhello\r\n0\r\n\r\n${hidden}`,
  ];
  const body = pick(next, bodies);
  return { line, fields: [`Host: ${host}`, `Content-Length: ${body.length}`], body, made: [] };
}

/** None to three mutations, in the order in which they are named. */
function mutate(made: Draft, next: Random): void {
  for (let count = Math.floor(next() * 4); count > 0; count -= 1) {
    const name = pick(next, Object.keys(MUTATIONS));
    MUTATIONS[name]!(made, next);
    made.made.push(name);
  }
}

const textOf = ({ line, fields, body }: Draft) => `${line}\r\n${fields.join('\r\n')}\r\n\r\n${body}`;

/** Every input is made of a request with a length, mutations, and often a second request glued behind it. */
export function mutation(id: number, host: string, seed: number): Input {
  const next = randomOf(seed, id);
  const made = draft(id, host, next);
  mutate(made, next);
  const glued = next() < 0.5 ? `GET /glued-${id} HTTP/1.1\r\nHost: ${host}\r\n\r\n` : '';
  if (glued !== '') made.made.push('glued');
  return { id, made: made.made, bytes: textOf(made) + glued };
}

/** The same for what an origin says: an answer in which, or behind which, another one hides. */
export function mutatedAnswer(id: number, seed: number): Input {
  const next = randomOf(seed, id);
  const hidden = 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison';
  const body = pick(next, [hidden, `0\r\n\r\n${hidden}`, 'hello', `5\r\nhello\r\n0\r\n\r\n${hidden}`]);
  const line = `HTTP/1.1 ${pick(next, ['200 OK', '200 OK', '404 Not Found', '200'])}`;
  const made: Draft = { line, fields: ['X: a', `Content-Length: ${body.length}`], body, made: [] };
  mutate(made, next);
  return { id, made: made.made, bytes: textOf(made) + (next() < 0.3 ? hidden : '') };
}
