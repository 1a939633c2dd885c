import { realpathSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { TunnelError } from '../../contract/errors.ts';
import type { Limits } from '../../contract/limits.ts';
import { findFile } from './files-path.ts';

/**
 * Serves the files of one directory over HTTP on connections handed to it; it listens nowhere.
 * Directories without an index.html are 404: sharing a directory must not publish the names of everything in it.
 * Throws TK-2008 if the directory is not there.
 */
export function makeFileServer(path: string, hidden: boolean, limits: Limits): { connect(duplex: Duplex): void } {
  const root = realDirectory(path);
  const options = {
    // The gateway has bounded the head already, and added its own fields since.
    maxHeaderSize: limits.responseHeadBytes,
    headersTimeout: limits.headTimeoutMs,
    requestTimeout: 0,
    connectionsCheckingInterval: 1_000,
    keepAliveTimeout: limits.visitorKeepAliveMs,
    insecureHTTPParser: false,
    shouldUpgradeCallback: () => false,
  };
  const server = createServer(options, (request, response) => {
    answer(root, hidden, request, response).catch(() => response.destroy());
  });
  refuseTheRest(server);
  return { connect: (duplex) => void server.emit('connection', duplex) };
}

function realDirectory(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    throw new TunnelError('TK-2008', `${path}: ${(error as NodeJS.ErrnoException).code}.`, { cause: error });
  }
}

function refuseTheRest(server: Server): void {
  server.on('checkContinue', (_request, response) => refuse(response, 405, { Allow: 'GET, HEAD' }));
  server.on('checkExpectation', (_request, response) => refuse(response, 417));
  server.on('clientError', (_error, socket) => socket.destroy());
  server.on('connect', (_request, socket) => socket.destroy());
}

async function answer(
  root: string,
  hidden: boolean,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, { Allow: 'GET, HEAD' });
  const target = request.url ?? '';
  const found = await findFile(root, target, hidden);
  switch (found.kind) {
    case 'none':
      return refuse(response, found.status);
    case 'slash':
      return refuse(response, 301, { Location: found.path + (/\?.*$/s.exec(target)?.[0] ?? '') });
    case 'file': {
      endAfter(response);
      // Late: its table of 2,500 file types is for those who publish a directory.
      const { default: send } = await import('send');
      // All checks of the path are done: `send` is here for types, validators, ranges and the reading.
      return send(request, found.path, { root, dotfiles: 'allow', index: false })
        .on('error', (error: { status?: number; headers?: Record<string, string> }) => {
          if (response.headersSent) response.destroy();
          else refuse(response, error.status === 416 || error.status === 412 ? error.status : 404, error.headers);
        })
        .pipe(response) as unknown as undefined;
    }
    default:
      found satisfies never;
  }
}

function refuse(response: ServerResponse, status: number, fields: Record<string, string> = {}): void {
  const body = `${status} ${STATUS_CODES[status]}\n`;
  endAfter(response);
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Content-Length': body.length, ...fields });
  response.end(body);
}

/** One exchange a connection: a file that shrinks while it is sent then shows as a cut, not as a short body before the next head. */
function endAfter(response: ServerResponse): void {
  response.shouldKeepAlive = false;
}
