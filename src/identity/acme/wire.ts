/**
 * Signed requests to one authority, and what it answers: `acme-client`'s HTTP, loaded when the first request is sent.
 * Knows JWS, nonces and problem documents; knows no account and no order.
 */
import { createHash } from 'node:crypto';
import { Agent } from 'node:https';
import { getCACertificates } from 'node:tls';
import type { default as HttpClient, HttpReply } from 'acme-client/src/http.js';
import { AcmeFault, faultOfConnection, faultOfReply } from './fault.ts';

export type { HttpReply };

export type Proxies = Readonly<Record<string, string | undefined>>;

export interface WireOptions {
  readonly directory: string;
  /** PEM of a P-256 key. */
  readonly accountKey: string;
  readonly software: string;
  /** Longest wait for one answer. */
  readonly requestMs: number;
  /** HTTPS_PROXY and NO_PROXY, as the environment has them. */
  readonly proxies: Proxies;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  /** Wall-clock milliseconds, for a Retry-After that is a date. */
  readonly now: () => number;
}

/** Chains are a few KiB. */
const REPLY_BYTES_MAX = 1_048_576;
/** Pebble can be told to refuse half of them; real ones expire while an order waits. */
const NONCE_RETRIES = 20;
const CONNECTIONS = 4;
/** As many as requests at once may need; one that has expired meanwhile costs a repetition. */
const NONCES_KEPT = 8;

export class AcmeWire {
  readonly #options: WireOptions;
  /** Of the last answers (RFC 8555 §6.5): each saves a request for one. */
  readonly #nonces: string[] = [];
  #http: Promise<HttpClient> | undefined;

  constructor(options: WireOptions) {
    this.#options = options;
  }

  /** A member of the directory, as a URL. Throws AcmeFault. */
  resource(name: string): Promise<string> {
    return this.#try(`the directory ${this.#options.directory}`, (http) => http.getResourceUrl(name));
  }

  /**
   * POST, or POST-as-GET with `payload` null; `account` is the account's URL, null while there is none. Throws AcmeFault for
   * everything but an answer of 2xx. `doing`: for the reader of a fault.
   */
  async post(doing: string, url: string, payload: object | null, account: string | null): Promise<HttpReply> {
    const nonce = this.#nonces.pop();
    const reply = await this.#try(doing, (http) => http.signedRequest(url, payload, { kid: account, nonce }));
    const next = reply.headers['replay-nonce'];
    if (next !== undefined && this.#nonces.length < NONCES_KEPT) this.#nonces.push(next);
    if (reply.status >= 200 && reply.status < 300) return reply;
    throw this.#fault(doing, reply);
  }

  /** RFC 8555 §8.1: what proves that who answers is who asked. */
  keyAuthorization(token: string): Promise<string> {
    return this.#try('the account key', async (http) => {
      // Its members come in the order of RFC 7638.
      const thumbprint = createHash('sha256').update(JSON.stringify(http.getJwk())).digest('base64url');
      return `${token}.${thumbprint}`;
    });
  }

  async #try<T>(doing: string, work: (http: HttpClient) => Promise<T>): Promise<T> {
    try {
      this.#http ??= this.#load();
      return await work(await this.#http);
    } catch (error) {
      throw error instanceof AcmeFault ? error : faultOfConnection(doing, error);
    }
  }

  async #load(): Promise<HttpClient> {
    const [{ default: Http }, { default: axios }] = await Promise.all([
      import('acme-client/src/http.js'),
      import('acme-client/src/axios.js'),
    ]);
    const { directory, accountKey, software, requestMs, proxies, signal } = this.#options;
    // Its own retries sleep for as long as any server says, and turn a refused connection into a TypeError.
    axios.interceptors.request.clear();
    axios.interceptors.response.clear();
    axios.defaults.headers.common['User-Agent'] = software;
    const bounds = { httpsAgent: secureAgent(proxies), maxContentLength: REPLY_BYTES_MAX, maxRedirects: 0 };
    const http = new Http(directory, Buffer.from(accountKey));
    http.maxBadNonceRetries = NONCE_RETRIES;
    const request = http.request.bind(http);
    http.request = async (url, method, options) => {
      const within = AbortSignal.any([signal, AbortSignal.timeout(requestMs)]);
      const reply = await request(url, method, { ...options, ...bounds, signal: within });
      // Its own words for a directory or a nonce that is refused leave out when to come back.
      if (method !== 'post' && reply.status >= 400) throw this.#fault(url, reply);
      return reply;
    };
    return http;
  }

  #fault(doing: string, reply: HttpReply): AcmeFault {
    return faultOfReply(doing, reply.status, reply.data, retryAfterMs(reply, this.#options.now()));
  }
}

/** Trusts what the rest of the program trusts: Node's list with NODE_EXTRA_CA_CERTS, and the system's. */
function secureAgent(proxies: Proxies): Agent {
  const ca = [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  return new Agent({ ca, keepAlive: true, maxSockets: CONNECTIONS, proxyEnv: { ...proxies } });
}

/** RFC 9110 §10.2.3: seconds, or a date. */
export function retryAfterMs({ headers }: Pick<HttpReply, 'headers'>, now: number): number | undefined {
  const said = headers['retry-after'];
  if (said === undefined) return undefined;
  const ms = /^\d+$/.test(said) ? Number(said) * 1_000 : Date.parse(said) - now;
  return ms > 0 ? ms : undefined;
}
