// Asks a port again and again until it answers: how the bench knows that a path is there.
import { setTimeout as pause } from 'node:timers/promises';
import { Line } from './load/line.ts';
import type { At } from './load/orders.ts';
import { request } from './load/requests.ts';

const EVERY_MS = 20;
/** Of one attempt, and of all. */
const ATTEMPT_MS = 1_000;
const PATIENCE_MS = 20_000;

/** Resolves with whether the first bytes that come back begin with `expected`. */
async function attempt(at: At, said: Buffer, expected: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const heard = (from: Buffer, end: number) => resolve(from.toString('latin1', 0, end).startsWith(expected));
  const line = new Line(at, 1_024, { heard, ended: () => resolve(false) }, () => resolve(false));
  line.write(said);
  const late = setTimeout(() => resolve(false), ATTEMPT_MS);
  return promise.finally(() => {
    clearTimeout(late);
    line.destroy();
  });
}

async function until(at: At, said: Buffer, expected: string): Promise<void> {
  for (const giveUpAt = performance.now() + PATIENCE_MS; performance.now() < giveUpAt; await pause(EVERY_MS))
    if (await attempt(at, said, expected)) return;
  throw new Error(`${at.host}:${at.port} did not answer in ${PATIENCE_MS / 1000} s`);
}

export const answersHttp = (at: At, hostHeader: string) => until(at, request(hostHeader), 'HTTP/1.1 200 ');
export const echoes = (at: At) => until(at, Buffer.from('?'), '?');
