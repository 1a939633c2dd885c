// The data directory: what a gateway keeps for ever, made at first start, once, whatever starts in parallel.
import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { type HeldSocket, holdSocket } from '../../admin/unix-socket.ts';
import type { Clock } from '../../contract/clock.ts';
import type { SigningKey } from '../../contract/crypto.ts';
import type { Limits } from '../../contract/limits.ts';
import type { Store, TokenRecord } from '../../contract/store.ts';
import { type Authority, openAuthority } from '../../identity/authority.ts';
import { formatJoinLink } from '../../identity/join-link.ts';
import { loadOrMakeKey } from '../../identity/keys.ts';
import { pinOf } from '../../identity/pin.ts';
import { readOrMake } from '../../identity/secret-file.ts';
import { makeToken, parseToken, type Token } from '../../identity/token.ts';
import { openStore } from '../../store/sqlite/store.ts';
import type { HostPort } from '../address.ts';
import { dataFiles } from '../places.ts';

/** The account of the first token, and of tokens made without naming one. */
export const FIRST_ACCOUNT = 'owner';
const TOKEN_ID_BYTES = 6;

export interface GatewayData {
  /** The admin socket's place, which is the lock of the whole directory. */
  readonly socket: HeldSocket;
  readonly store: Store;
  readonly key: SigningKey;
  readonly authority: Authority;
  /** Undefined once it was revoked. */
  readonly firstToken: Token | undefined;
  readonly files: ReturnType<typeof dataFiles>;
}

export interface TokenGrant {
  readonly account: string;
  readonly names: readonly string[];
  readonly ports: readonly [number, number] | undefined;
}

/** What the store keeps of a token: never the token. */
export function recordOf(token: Token, grant: TokenGrant, now: number): TokenRecord {
  return {
    id: randomBytes(TOKEN_ID_BYTES).toString('hex'),
    publicKey: token.publicKey,
    createdAt: now,
    revokedAt: undefined,
    ...grant,
  };
}

/** The file decides which token is the first: it is made once, and the store follows it. */
async function firstTokenOf(store: Store, file: string, clock: Clock): Promise<Token | undefined> {
  const token = parseToken(await readOrMake(file, () => makeToken().text));
  const known = await store.tokens.byPublicKey(token.publicKey);
  if (known) return known.revokedAt === undefined ? token : undefined;
  await store.tokens.create(recordOf(token, { account: FIRST_ACCOUNT, names: ['*'], ports: undefined }, clock.wall()));
  return token;
}

/**
 * Takes the directory's lock before anything in it is looked at: of gateways started together one makes the secrets.
 * Throws TK-4005 where another gateway has it, TK-8001 to TK-8004 for a directory or database that cannot be used,
 * TK-5001 and TK-6001 for unreadable keys.
 */
export async function openData(directory: string, clock: Clock, limits: Limits): Promise<GatewayData> {
  const files = dataFiles(directory);
  const socket = await holdSocket(files.socket);
  try {
    const store = await openStore(files.database, limits);
    const key = await loadOrMakeKey(files.identityKey);
    const authority = await openAuthority(files.authority, clock);
    return { socket, store, key, authority, files, firstToken: await firstTokenOf(store, files.firstToken, clock) };
  } catch (error) {
    socket.release();
    throw error;
  }
}

export function joinLinkFor(at: HostPort, token: Token, key: SigningKey): string {
  return formatJoinLink({ ...at, token, pin: pinOf(key.publicKey) });
}

/** Writes beside and renames; without a link the file goes, so that nobody follows a revoked one. */
export async function keepLink(file: string, link: string | undefined): Promise<void> {
  if (link === undefined) return rm(file, { force: true });
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, `${link}\n`, { mode: 0o600 });
  await rename(fresh, file);
}
