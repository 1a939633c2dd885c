// The parts of `acme-client` that are used: below its `Client`, which hides the type of a problem and Retry-After in a sentence.

declare module 'acme-client/src/http.js' {
  export interface HttpReply {
    readonly status: number;
    readonly headers: Readonly<Record<string, string | undefined>>;
    readonly data: unknown;
  }

  /** Signs requests (RFC 8555 §6.2), fetches nonces and repeats what was refused for its nonce. Knows the directory. */
  export default class HttpClient {
    constructor(directoryUrl: string, accountKey: Buffer);
    maxBadNonceRetries: number;
    request(url: string, method: string, options?: object): Promise<HttpReply>;
    getResourceUrl(resource: string): Promise<string>;
    getJwk(): Readonly<Record<string, string>>;
    signedRequest(
      url: string,
      payload: object | null,
      options: { kid: string | null; nonce: string | undefined },
    ): Promise<HttpReply>;
  }
}

declare module 'acme-client/src/axios.js' {
  interface Interceptors {
    clear(): void;
  }
  const axios: {
    readonly defaults: { headers: { common: Record<string, string> } };
    readonly interceptors: { readonly request: Interceptors; readonly response: Interceptors };
  };
  export default axios;
}

declare module 'acme-client/src/crypto/index.js' {
  const crypto: {
    /** Answers key and request, both PEM. */
    createCsr(data: { altNames: string[] }, key: string): Promise<[Buffer, Buffer]>;
  };
  export default crypto;
}
