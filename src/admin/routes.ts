/**
 * What the admin listener answers. TCP has the open pages and, with the admin token, status and metrics; the Unix socket, which
 * only the gateway's own user can open, has everything. Refuses to know how the answers are found: that is `AdminApi`.
 */
import { getConnInfo } from '@hono/node-server/conninfo';
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { type ErrorCode, TunnelError } from '../contract/errors.ts';
import type { Limits } from '../contract/limits.ts';
import type { Tries } from '../contract/tries.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import type { AdminToken } from './admin-token.ts';
import { faultBody, faultStatus } from './fault.ts';

/** What the gateway tells and does for its operator. Answers become JSON; errors are best TunnelErrors. None may hold a secret, but for the new token. */
export interface AdminApi {
  ready(): boolean;
  status(): unknown;
  /** `request`: whatever JSON came, not checked yet. */
  createToken(request: unknown): Promise<unknown>;
  listTokens(): Promise<unknown>;
  /** False if there is no such token, or it was revoked before. */
  revokeToken(id: string): Promise<boolean>;
  listNames(): Promise<unknown>;
  /** False if nobody holds it. */
  releaseName(name: string): Promise<boolean>;
}

export interface RouteOptions {
  readonly api: AdminApi;
  readonly token: AdminToken;
  readonly tries: Tries;
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly log: Log;
}

export function tcpRoutes(options: RouteOptions): Hono {
  const app = baseOf(options);
  app.use('/status', adminTokenNeeded(options));
  app.use('/metrics', adminTokenNeeded(options));
  addReports(app, options);
  return app;
}

export function socketRoutes(options: RouteOptions): Hono {
  const app = baseOf(options);
  addReports(app, options);
  addTokens(app, options);
  addNames(app, options);
  return app;
}

function baseOf({ api, metrics, log }: RouteOptions): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('Cache-Control', 'no-store');
    context.header('X-Content-Type-Options', 'nosniff');
  });
  app.get('/healthz', (context) => context.text('ok\n'));
  app.get('/readyz', (context) => (api.ready() ? context.text('ready\n') : context.text('not ready\n', 503)));
  app.notFound((context) => context.json({ seen: 'There is no such page.' }, 404));
  app.onError((error, context) => {
    const known = error instanceof TunnelError ? error : new TunnelError('TK-9001', '', { cause: error });
    if (known.code === 'TK-9001') {
      metrics.errors[known.code] += 1;
      log.error({ code: known.code, error, path: context.req.path }, 'an admin request failed');
    }
    return fault(context, known.code, known.seen);
  });
  return app;
}

function addReports(app: Hono, { api, metrics }: RouteOptions): void {
  app.get('/status', (context) => context.json(api.status() as object));
  app.get('/metrics', async (context) => {
    const { text, contentType } = await metrics.scrape();
    return context.body(text, 200, { 'Content-Type': contentType });
  });
}

function addTokens(app: Hono, { api, token, limits, metrics, log }: RouteOptions): void {
  app.get('/tokens', async (context) => context.json((await api.listTokens()) as object));
  app.post('/tokens', async (context) => {
    const request = await jsonOf(context, limits.adminBodyBytes, () => {
      metrics.limitsHit.adminBodyBytes += 1;
    });
    return context.json((await api.createToken(request)) as object, 201);
  });
  app.delete('/tokens/:id', async (context) => done(context, await api.revokeToken(context.req.param('id'))));
  app.get('/admin-token', async (context) => context.json({ exists: await token.exists() }));
  app.post('/admin-token', async (context) => {
    log.info('a new admin token was made');
    return context.json({ token: await token.make() }, 201);
  });
}

function addNames(app: Hono, { api }: RouteOptions): void {
  app.get('/names', async (context) => context.json((await api.listNames()) as object));
  app.delete('/names/:name', async (context) => done(context, await api.releaseName(context.req.param('name'))));
}

/** The scheme and a token (RFC 6750 §2.1). */
const BEARER = /^Bearer +([^\s,]+) *$/i;
const CHALLENGE = { 'WWW-Authenticate': 'Bearer realm="tunnelkit"' };

/**
 * A wrong token costs the address one of its tries; once they are used up not even the right one is let in. Every token is looked
 * at, so that each answer costs the same, and no crowd of requests passes between a look and its count.
 */
function adminTokenNeeded({ token, tries, metrics, log }: RouteOptions): MiddlewareHandler {
  return async (context, next) => {
    const field = context.req.header('authorization');
    const refused = (code: ErrorCode, headers: Record<string, string>) => {
      metrics.errors[code] += 1;
      return fault(context, code, '', headers);
    };
    // Who sends none is not guessing: a browser, or a scraper that was set up wrong.
    if (field === undefined) return refused('TK-1014', CHALLENGE);
    const right = await token.admits(BEARER.exec(field)?.[1] ?? '');
    const address = getConnInfo(context).remote.address ?? '';
    const waitMs = tries.waitMs(address);
    if (waitMs > 0) {
      metrics.limitsHit.authFailuresPerMinute += 1;
      return refused('TK-1015', { 'Retry-After': String(Math.ceil(waitMs / 1_000)) });
    }
    if (right) return next();
    tries.failed(address);
    log.warn({ address, code: 'TK-1014' }, 'a wrong admin token came');
    return refused('TK-1014', CHALLENGE);
  };
}

/** Only `application/json` is read: what a form of a foreign page could send is not. */
async function jsonOf(context: Context, maxBytes: number, tooLong: () => void): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(context.req.header('content-type') ?? '')) {
    throw new TunnelError('TK-5002', 'The request is not application/json.');
  }
  const text = await textOf(context.req.raw.body, maxBytes);
  if (text === undefined) {
    tooLong();
    throw new TunnelError('TK-5002', `The request has more than ${maxBytes} bytes.`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new TunnelError('TK-5002', 'The request is not JSON.');
  }
}

/** Undefined: longer than that. Counted here: Hono's own bound makes a `Request` of the global kind, which the listener's is not. */
async function textOf(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<string | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body ?? []) {
    length += part.length;
    if (length > maxBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}

function done(context: Context, found: boolean): Response {
  return found ? context.body(null, 204) : context.json({ seen: 'There is no such thing.' }, 404);
}

function fault(context: Context, code: ErrorCode, seen: string, headers: Record<string, string> = {}): Response {
  return context.newResponse(JSON.stringify(faultBody(code, seen)), {
    status: faultStatus(code) as 400,
    headers: { 'Content-Type': 'application/json', ...headers },
  });
}
