/**
 * One `node:http` server with every bound set by hand, behind the guard. Refuses to know what is served.
 * Left to Node because its own answer is right: 417 for other expectations, closing for CONNECT, 400 for what is not HTTP.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Hono } from 'hono';
import type { ErrorCode } from '../contract/errors.ts';
import type { Limits } from '../contract/limits.ts';
import type { Metrics } from '../observe/metrics.ts';
import { faultBody, faultStatus } from './fault.ts';
import type { Guard } from './guard.ts';

/** A connection is closed after so many requests, so that none is held for ever by one client. */
const REQUESTS_PER_CONNECTION = 1_000;

/** `makeApp` runs at the first request: a gateway that nobody asks does not pay for answering. */
export function makeServer(makeApp: () => Promise<Hono>, guard: Guard, limits: Limits, metrics: Metrics): Server {
  let listener: ReturnType<typeof listenerOf> | undefined;
  const server = createServer(
    {
      maxHeaderSize: limits.headBytes,
      headersTimeout: limits.headTimeoutMs,
      requestTimeout: limits.bodyIdleMs,
      connectionsCheckingInterval: 1_000,
      keepAliveTimeout: limits.visitorKeepAliveMs,
      requireHostHeader: true,
      httpValidation: 'strict',
      // Nothing is upgraded here: such a request is answered as if it had not asked.
      shouldUpgradeCallback: () => false,
      noDelay: true,
    },
    (request, response) => {
      const foreign = guard.foreign(request.rawHeaders);
      if (foreign !== undefined) return refuse(request, response, metrics, 'TK-1016', foreign);
      // Node drops fields above its own bound without a word; this bound is far below it.
      if (request.rawHeaders.length / 2 > limits.fieldCount) return refuse(request, response, metrics, 'TK-3006', '');
      listener ??= listenerOf(makeApp());
      void listener.then((answer) => answer(request, response));
    },
  );
  server.maxRequestsPerSocket = REQUESTS_PER_CONNECTION;
  server.maxConnections = limits.adminConnections;
  server.on('drop', () => {
    metrics.limitsHit.adminConnections += 1;
  });
  return server;
}

async function listenerOf(app: Promise<Hono>) {
  const { getRequestListener } = await import('@hono/node-server');
  return getRequestListener((await app).fetch, { overrideGlobalObjects: false });
}

/** Answers and closes: what a page that may not be here sends next is not read. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  metrics: Metrics,
  code: ErrorCode,
  seen: string,
): void {
  metrics.errors[code] += 1;
  request.resume();
  const body = Buffer.from(JSON.stringify(faultBody(code, seen)));
  const fields = { 'Content-Type': 'application/json', 'Content-Length': body.length, Connection: 'close' };
  response.writeHead(faultStatus(code), fields).end(body);
}
