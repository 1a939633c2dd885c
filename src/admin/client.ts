/** Asks a gateway or an agent of this machine through its Unix socket. Refuses to know what is asked for. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { ERRORS, type ErrorCode, TunnelError } from '../contract/errors.ts';

export interface Answer {
  /** 2xx, or 404 where the path names a thing that is not there. */
  readonly status: number;
  /** Parsed JSON, or text that is something else; undefined where there is none. */
  readonly body: unknown;
}

/**
 * One request. `body`: sent as JSON where it is given; `signal` ends it.
 * Rejects with TunnelError: TK-5006 no gateway listens there, TK-8001 the socket may not be opened, or the gateway's own error.
 */
export async function askGateway(
  socketPath: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Answer> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers =
    text === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  const asking = request({ socketPath, method, path, headers, agent: false, ...(signal && { signal }) });
  // A connection that breaks after the head is told by the body; without a listener it would end the process as well.
  asking.on('error', () => {});
  try {
    asking.end(text);
    const [response] = (await once(asking, 'response')) as [IncomingMessage];
    return answerOf(response, await textOf(response));
  } catch (error) {
    if (error instanceof TunnelError) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new TunnelError(code === 'EACCES' ? 'TK-8001' : 'TK-5006', `${socketPath}: ${code}.`, { cause: error });
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  response.setEncoding('utf8');
  for await (const part of response) text += part;
  return text;
}

function answerOf({ statusCode: status = 0, headers }: IncomingMessage, text: string): Answer {
  const isJson = headers['content-type']?.startsWith('application/json');
  const body: unknown = text === '' ? undefined : isJson ? JSON.parse(text) : text;
  if (status < 400 || status === 404) return { status, body };
  const { code, seen } = body as { code?: string; seen?: string };
  const known = code !== undefined && code in ERRORS ? (code as ErrorCode) : 'TK-9001';
  throw new TunnelError(known, seen ?? `the gateway answered ${status}`);
}
