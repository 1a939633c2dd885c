/** What a token may do. `names`: globs over names; `ports`: [from, to] or any. */
export interface TokenRecord {
  readonly id: string;
  readonly account: string;
  /** 32 raw bytes of the Ed25519 key whose seed is the token. */
  readonly publicKey: Buffer;
  readonly names: readonly string[];
  readonly ports: readonly [number, number] | undefined;
  readonly createdAt: number;
  readonly revokedAt: number | undefined;
}

/** A public name (`kind` name) or TCP port (`kind` port, `value` its decimal) and the account it belongs to. */
export interface Holding {
  readonly kind: 'name' | 'port';
  readonly value: string;
  readonly account: string;
  /** Hex of the agent's public key and the target it was given for, so that it is given again. */
  readonly agentKey: string;
  readonly target: string;
  readonly createdAt: number;
  /** Set when released: kept from other accounts for a while (quarantine). */
  readonly releasedAt: number | undefined;
}

/**
 * Durable facts. Every method rejects with an error whose `code` is a TK code of the 8xxx block (disk full, locked, corrupt).
 * Implementations run `store.suite.ts`.
 */
export interface Store {
  readonly tokens: {
    create(record: TokenRecord): Promise<void>;
    byPublicKey(publicKey: Buffer): Promise<TokenRecord | undefined>;
    list(): Promise<readonly TokenRecord[]>;
    /** False if there is no such token, or it was revoked before. */
    revoke(id: string, at: number): Promise<boolean>;
  };
  readonly holdings: {
    list(): Promise<readonly Holding[]>;
    /**
     * Atomic: returns the holding as it stands afterwards, which is another account's if that one was first. Its own account's
     * holding takes the new agent key and target and is no longer released; `createdAt` stays. Another account's is given away
     * only when `holding.createdAt` is past its quarantine.
     */
    claim(holding: Holding): Promise<Holding>;
    /** False if nobody holds it, or it was released before. */
    release(kind: Holding['kind'], value: string, at: number): Promise<boolean>;
  };
  readonly settings: {
    get(key: string): Promise<string | undefined>;
    /** Writes only if the key is not there; returns the value that stands. Whoever starts in parallel gets the same one. */
    setOnce(key: string, value: string): Promise<string>;
    set(key: string, value: string): Promise<void>;
  };
  close(): Promise<void>;
}
