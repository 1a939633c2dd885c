// The HTTP-01 challenges that are open: what is answered at /.well-known/acme-challenge/TOKEN (RFC 8555 §8.3).
// There are as many as orders under way, which are bounded.

/** RFC 8555 §8.3: base64url, at least 128 bits. An authority that sends anything else is not answered for. */
const TOKEN = /^[\w-]{16,256}$/;

export class Challenges {
  readonly #open = new Map<string, string>();

  /** Undefined for every token that was not asked for. */
  answer(token: string): string | undefined {
    return this.#open.get(token);
  }

  /** False if this is no token. */
  open(token: string, keyAuthorization: string): boolean {
    if (!TOKEN.test(token)) return false;
    this.#open.set(token, keyAuthorization);
    return true;
  }

  close(token: string): void {
    this.#open.delete(token);
  }
}
