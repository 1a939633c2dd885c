// What the operator may ask of a running gateway: the admin listener's routes call this.
import type { AdminApi } from '../../admin/routes.ts';
import { makeToken, type Token } from '../../identity/token.ts';
import type { Relay } from '../../relay/relay.ts';
import type { GatewayStatus } from '../status/lines.ts';
import { type GatewayData, recordOf } from './data.ts';

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
      const { checkTokenRequest } = await import('./token-request.ts');
      const asked = checkTokenRequest(request);
      const token = makeToken();
      const record = recordOf(token, { ...asked, ports: asked.ports }, now());
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
