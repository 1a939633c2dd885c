// Ports of this machine that nobody listened on a moment ago: for programs that must be told one.
import { createServer } from 'node:net';

/** Below those that Linux gives to connections (32768 and up): they come and go while one looks. */
const FIRST = 10_000;
const LAST = 32_000;

/** On all addresses, of both families where there are two. */
async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  const { promise, resolve } = Promise.withResolvers<boolean>();
  server.once('error', () => resolve(false)).listen(port, () => server.close(() => resolve(true)));
  return promise;
}

/** `count` ports in a row. */
export async function freeRange(count: number): Promise<readonly number[]> {
  for (;;) {
    const first = FIRST + Math.floor(Math.random() * (LAST - FIRST));
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return ports;
  }
}

export const freePort = async (): Promise<number> => (await freeRange(1))[0]!;
