// Where an agent answers `tunnelkit status`: a Unix socket named by its pid, which only its own user can open. Knows files and sockets;
// refuses to know what is answered. An agent runs as well without it.
import { once } from 'node:events';
import { unlinkSync } from 'node:fs';
import { chmod, mkdir, unlink } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { dirname } from 'node:path';
import type { Limits } from '../../contract/limits.ts';

function serverFor(answer: () => Promise<unknown>, limits: Limits): Server {
  const server = createServer(
    { headersTimeout: limits.headTimeoutMs, requestTimeout: limits.headTimeoutMs, connectionsCheckingInterval: 1_000 },
    (request, response) => {
      request.resume();
      response.setHeader('Connection', 'close').setHeader('Content-Type', 'application/json');
      if (request.method !== 'GET' || request.url !== '/status') return void response.writeHead(404).end('{}');
      answer().then(
        (body) => response.end(JSON.stringify(body)),
        () => response.writeHead(500).end('{}'),
      );
    },
  );
  server.maxConnections = limits.adminConnections;
  // The agent's life is its session's.
  return server.unref();
}

/** Answers there until the process ends, which takes the socket away. Rejects with the system's error where it cannot be made. */
export async function answerStatus(path: string, answer: () => Promise<unknown>, limits: Limits): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Whoever had this pid before is dead.
  await unlink(path).catch(() => {});
  const server = serverFor(answer, limits).listen(path);
  await once(server, 'listening');
  process.once('exit', () => {
    try {
      unlinkSync(path);
    } catch {
      // Somebody swept it away.
    }
  });
  await chmod(path, 0o600);
}
