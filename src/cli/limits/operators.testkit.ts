// Drivers of the bounds on the admin listener and its socket.
import { TunnelError } from '../../contract/errors.ts';
import { assertWorks, type Drivers } from './driver.testkit.ts';
import type { LimitWorld } from './world.testkit.ts';

const GET = 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
const BODY = 120;

/** Asks for a token with a body of exactly so many bytes. */
function tokenOf(world: LimitWorld, bytes: number): Promise<unknown> {
  const account = (length: number) => ({ account: 'a', names: ['*'.repeat(length)] });
  return world.ask('POST', '/tokens', account(bytes - JSON.stringify(account(0)).length));
}

/** Somebody at 127.0.0.`host` guesses the admin token; what he is answered. */
const guess = async (world: LimitWorld, host: number) =>
  (
    await world
      .visitor('admin', `127.0.0.${host}`)
      .send(`${GET.replace('healthz', 'status').trimEnd()}\r\nAuthorization: Bearer guess\r\n\r\n`)
      .answer()
  ).status;

export const OPERATOR_DRIVERS = {
  adminConnections: {
    limits: { adminConnections: 2 },
    async at(world) {
      for (const _ of [1, 2]) assertWorks('two', (await world.visitor('admin').send(GET).answer()).status === 200);
    },
    async past(world) {
      await world.visitor('admin').send(GET).over;
      return undefined;
    },
  },
  authFailureAddresses: {
    limits: { authFailureAddresses: 2, authFailuresPerMinute: 1 },
    async at(world) {
      for (const host of [2, 3]) assertWorks('a first guess', (await guess(world, host)) === 401);
      for (const host of [2, 3]) assertWorks('both are remembered', (await guess(world, host)) === 429);
    },
    async past(world) {
      assertWorks('a third address', (await guess(world, 4)) === 401);
      assertWorks('the second is still remembered', (await guess(world, 3)) === 429);
      return undefined;
    },
  },
  adminBodyBytes: {
    limits: { adminBodyBytes: BODY },
    at: async (world) => void (await tokenOf(world, BODY)),
    async past(world) {
      const refused: unknown = await tokenOf(world, BODY + 1).catch((error: unknown) => error);
      assertWorks('it is refused', refused instanceof TunnelError && refused.code === 'TK-5002');
      return undefined;
    },
  },
} as const satisfies Drivers;
