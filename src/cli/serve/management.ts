// What the operator may ask of a running gateway: the admin listener's routes call this.
import { z } from 'zod';
import type { AdminApi } from '../../admin/routes.ts';
import { TunnelError } from '../../contract/errors.ts';
import { makeToken, type Token } from '../../identity/token.ts';
import type { Relay } from '../../relay/relay.ts';
import type { GatewayStatus } from '../status/lines.ts';
import { FIRST_ACCOUNT, type GatewayData, recordOf } from './data.ts';

const word = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[\x21-\x7e]+$/);
const port = z.number().int().min(0).max(65_535);
const tokenRequest = z.strictObject({
  account: word.default(FIRST_ACCOUNT),
  names: z.array(word).min(1).max(64).default(['*']),
  ports: z.tuple([port, port]).optional(),
});

export interface ManagementParts {
  readonly data: GatewayData;
  readonly relay: Relay;
  readonly now: () => number;
  readonly ready: () => boolean;
  readonly status: () => GatewayStatus;
  /** The join link that carries this token. */
  readonly linkFor: (token: Token) => string;
  /** The first token is gone: links that carry it lead nowhere. */
  readonly firstRevoked: () => Promise<void>;
}

const day = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());

export function management({ data, relay, now, ready, status, linkFor, firstRevoked }: ManagementParts): AdminApi {
  const { tokens } = data.store;
  return {
    ready,
    status,
    async createToken(request) {
      const asked = tokenRequest.safeParse(request);
      if (!asked.success)
        throw new TunnelError(
          'TK-5002',
          asked.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; '),
        );
      const token = makeToken();
      const record = recordOf(token, { ...asked.data, ports: asked.data.ports }, now());
      await tokens.create(record);
      return { id: record.id, account: record.account, join: linkFor(token) };
    },
    async listTokens() {
      const all = await tokens.list();
      return all.map(({ publicKey: _, ...token }) => ({
        ...token,
        ports: token.ports ?? null,
        createdAt: day(token.createdAt),
        revokedAt: day(token.revokedAt),
      }));
    },
    async revokeToken(id) {
      const revoked = await tokens.revoke(id, now());
      if (!revoked) return false;
      await relay.revoked(id);
      if (data.firstToken && (await tokens.byPublicKey(data.firstToken.publicKey))?.id === id) await firstRevoked();
      return true;
    },
    listNames: async () => relay.status().places,
    releaseName: (name) => relay.release(/^\d+$/.test(name) ? 'port' : 'name', name),
  };
}
