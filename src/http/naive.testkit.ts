// The oracle: reads HTTP/1 text the slow and simple way, from the whole of it.

export interface NaiveMessage {
  readonly start: string;
  readonly fields: readonly string[];
  readonly body: string;
  readonly trailers: readonly string[];
  /** The body ended as its framing says; false: the text stopped before. */
  readonly whole: boolean;
}

/** All messages in the text. `close`: bodies without framing go on to the end of the text. */
export function naiveMessages(text: string, bodyOf: 'request' | 'response', closed = false): NaiveMessage[] {
  const messages: NaiveMessage[] = [];
  for (let rest = text; rest !== ''; ) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) break;
    const [start = '', ...fields] = rest.slice(0, end).split('\r\n');
    rest = rest.slice(end + 4);
    const lower = fields.map((field) => field.toLowerCase());
    const length = lower.find((field) => field.startsWith('content-length: '))?.slice(16);
    if (lower.includes('transfer-encoding: chunked')) {
      const chunked = naiveChunks(rest);
      messages.push({ start, fields, body: chunked.body, trailers: chunked.trailers, whole: chunked.whole });
      rest = chunked.rest;
    } else if (length !== undefined || bodyOf === 'request' || / (?:1..|204|304) /.test(start)) {
      const body = rest.slice(0, Number(length ?? 0));
      messages.push({ start, fields, body, trailers: [], whole: body.length === Number(length ?? 0) });
      rest = rest.slice(body.length);
    } else {
      messages.push({ start, fields, body: rest, trailers: [], whole: closed });
      rest = '';
    }
  }
  return messages;
}

function naiveChunks(text: string): { body: string; trailers: string[]; whole: boolean; rest: string } {
  let body = '';
  for (let rest = text; ; ) {
    const line = /^([0-9a-f]+)\r\n/.exec(rest);
    if (line === null) return { body, trailers: [], whole: false, rest: '' };
    const size = Number.parseInt(line[1] as string, 16);
    rest = rest.slice(line[0].length);
    if (size === 0) {
      const end = /^(?:[^\r]+\r\n)*\r\n/.exec(rest);
      if (end === null) return { body, trailers: [], whole: false, rest: '' };
      return { body, trailers: end[0].split('\r\n').slice(0, -2), whole: true, rest: rest.slice(end[0].length) };
    }
    body += rest.slice(0, size);
    if (!rest.slice(size).startsWith('\r\n')) return { body, trailers: [], whole: false, rest: '' };
    rest = rest.slice(size + 2);
  }
}
