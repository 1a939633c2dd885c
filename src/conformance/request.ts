// What an origin has recorded, as the requests it would serve.
import { bodyAt, Fault, type Field, framingOf, headAt } from './reading.ts';

export interface Recorded {
  readonly line: string;
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly fields: readonly Field[];
  readonly body: Buffer;
  readonly trailers: readonly Field[];
}

export interface Recording {
  readonly whole: readonly Recorded[];
  /** The head of a request whose body has not come whole. */
  readonly begun: Recorded | undefined;
  /** Why no more could be read. */
  readonly fault: string | undefined;
}

const LINE = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([!-~]+) (HTTP\/1\.[01])$/;

/**
 * Every request in the bytes of one connection, from its first. `lenient`: with what a visitor may send and a gateway does not: an
 * empty line before a request, and extensions of chunks.
 */
export function requestsIn(bytes: Buffer, { lenient = false } = {}): Recording {
  const whole: Recorded[] = [];
  try {
    for (let at = 0; at < bytes.length; ) {
      if (lenient && bytes.toString('latin1', at, at + 2) === '\r\n') at += 2;
      const head = headAt(bytes, at);
      if (head === undefined) return { whole, begun: undefined, fault: undefined };
      const match = LINE.exec(head.line);
      if (match === null) throw new Fault(`not a request line: ${JSON.stringify(head.line.slice(0, 80))}`);
      const [line, method, target, version] = match as unknown as [string, string, string, string];
      const request = { line, method, target, version, fields: head.fields };
      const framing = framingOf(head.fields);
      if (framing.kind === 'chunked' && version === 'HTTP/1.0') throw new Fault('a coding in HTTP/1.0');
      const body = bodyAt(bytes, head.end, framing, lenient);
      if (body === undefined)
        return { whole, begun: { ...request, body: bytes.subarray(head.end), trailers: [] }, fault: undefined };
      whole.push({ ...request, body: body.body, trailers: body.trailers });
      at = body.end;
    }
    return { whole, begun: undefined, fault: undefined };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { whole, begun: undefined, fault: error.message };
  }
}
