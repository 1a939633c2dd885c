/** Signing and chance, implemented by `identity` and handed in, so that `session` and `relay` import nothing. */
export interface Crypto {
  random(length: number): Buffer;
  sha256(...parts: readonly Buffer[]): Buffer;
  /** `publicKey`: 32 raw bytes of Ed25519. False for anything malformed; never throws. */
  verify(publicKey: Buffer, message: Buffer, signature: Buffer): boolean;
}

/** An Ed25519 key that can sign; the private half stays inside. */
export interface SigningKey {
  /** 32 raw bytes. */
  readonly publicKey: Buffer;
  /** 64 bytes. */
  sign(message: Buffer): Buffer;
}
