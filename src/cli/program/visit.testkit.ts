// A visitor: HTTP by Node's own client, sent to loopback whatever the host name, because not every resolver knows *.localhost.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';

export interface Asked {
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: string | Buffer | Readable;
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** Sends a request and resolves with the response as it begins to arrive. */
export async function begin(url: URL, asked: Asked = {}): Promise<IncomingMessage> {
  const sent = request({
    host: '127.0.0.1',
    port: url.port || 80,
    path: url.pathname + url.search,
    method: asked.method ?? 'GET',
    headers: { host: url.host, ...asked.headers },
    agent: false,
  });
  const body = asked.body ?? '';
  if (typeof body === 'string' || Buffer.isBuffer(body)) sent.end(body);
  else body.pipe(sent);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  // From here on whoever reads the response is told of what breaks.
  sent.on('error', () => {});
  return response;
}

export async function visit(url: URL, asked: Asked = {}): Promise<Reply> {
  const response = await begin(url, asked);
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(chunks).toString() };
}

/** Visits again and again until `good` holds, each time after the one before has been answered. Bounded by the test's own timeout. */
export async function visitUntil(url: URL, good: (reply: Reply) => boolean): Promise<Reply> {
  for (;;) {
    const reply = await visit(url).catch(() => undefined);
    if (reply && good(reply)) return reply;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A bare connection to where the URL points, for what no client library would send. */
export async function dial(url: URL): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: Number(url.port), allowHalfOpen: true });
  await once(socket, 'connect');
  return socket;
}

/** `bytes` bytes that depend on their place, in pieces of 64 KiB, so that loss, doubling and reordering change the digest. */
export function keyedBytes(bytes: number): Readable {
  const piece = Buffer.alloc(65_536);
  const stream = new PassThrough({ highWaterMark: 1 << 20 });
  const feed = async () => {
    for (let at = 0; at < bytes && !stream.destroyed; at += piece.length) {
      const part = piece.subarray(0, Math.min(piece.length, bytes - at));
      for (let i = 0; i < part.length; i += 4096) part.writeUInt32LE((at + i) / 4096, i);
      if (!stream.write(Buffer.from(part))) await once(stream, 'drain');
    }
    stream.end();
  };
  void feed();
  return stream;
}

export async function digest(stream: Readable): Promise<{ readonly sha256: string; readonly bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { sha256: hash.digest('hex'), bytes };
}
