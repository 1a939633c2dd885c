// HTTP CONNECT (RFC 9110 §9.3.6): asks a proxy for bytes to and from the gateway. Knows one request and one answer's status.

import type { Limits } from '../contract/limits.ts';
import type { GatewayTarget } from '../contract/link.ts';
import type { Arena, Pipe } from '../contract/pipe.ts';
import type { Reactor } from '../contract/reactor.ts';
import { TransportError } from './error.ts';
import { addressText, broken, connected } from './link.ts';
import type { TransportOptions } from './options.ts';
import type { ForwardProxy } from './proxy.ts';

/** A pipe that reaches the gateway, and the bytes that came right behind the proxy's answer. */
export interface Passage {
  readonly pipe: Pipe;
  readonly initial: Buffer;
}

/** Rejects with a TransportError: TK-4004 with the proxy's status where the proxy is what failed. */
export async function throughProxy(
  options: TransportOptions,
  proxy: ForwardProxy,
  target: GatewayTarget,
  signal: AbortSignal,
): Promise<Passage> {
  // The proxy's certificate is the one thing that protects the password, so here it must verify.
  const { reactor, limits, authorities } = options;
  const tls = proxy.secure
    ? ({ serverName: proxy.host, alpn: ['http/1.1'], verify: 'system', authorities } as const)
    : undefined;
  const dialled = reactor.dial(proxy, { tls, timeoutMs: limits.linkConnectMs });
  const pipe = await connected(dialled, proxy, signal).catch((error: TransportError) => {
    throw new TransportError(error.cause, `The proxy ${error.seen}`, error.cause === 'local' ? undefined : 'TK-4004');
  });
  return { pipe, initial: await new Asking(pipe, proxy, target, limits).answer(reactor, limits, signal) };
}

function requestText(proxy: ForwardProxy, target: GatewayTarget): string {
  const authority = addressText(target);
  const credentials = proxy.authorization ? `Proxy-Authorization: ${proxy.authorization}\r\n` : '';
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`;
}

const REASONS: Readonly<Record<string, string>> = {
  '403': ' (it forbids this)',
  '407': ' (it wants a user and a password)',
};

/** One CONNECT on its way: owns the pipe until the answer's head is complete. */
class Asking {
  readonly #pipe: Pipe;
  readonly #proxy: ForwardProxy;
  readonly #target: GatewayTarget;
  readonly #request: Arena;
  readonly #head: Arena;
  #sent = 0;
  #received = 0;
  readonly #done = Promise.withResolvers<Buffer>();

  constructor(pipe: Pipe, proxy: ForwardProxy, target: GatewayTarget, limits: Limits) {
    const request = Buffer.from(requestText(proxy, target));
    this.#pipe = pipe;
    this.#proxy = proxy;
    this.#target = target;
    this.#request = { bytes: request, size: request.length };
    this.#head = { bytes: Buffer.alloc(limits.proxyHeadBytes), size: limits.proxyHeadBytes };
  }

  /** The bytes behind the head of a 2xx answer. */
  async answer(reactor: Reactor, limits: Limits, signal: AbortSignal): Promise<Buffer> {
    const timer = reactor.clock.after(limits.linkConnectMs, () => this.#fail('timeout', 'did not answer in time'));
    const abort = () => this.#done.reject(broken('local', this.#target));
    signal.addEventListener('abort', abort);
    if (signal.aborted) abort();
    this.#pipe.owner = { readable: () => this.#readable(), writable: () => this.#writable() };
    this.#pipe.want(true, true);
    try {
      return await this.#done.promise;
    } catch (error) {
      this.#pipe.reset();
      throw error;
    } finally {
      timer.cancel();
      signal.removeEventListener('abort', abort);
      this.#pipe.owner = undefined;
      this.#pipe.want(false, false);
    }
  }

  #writable(): void {
    const taken = this.#pipe.write(this.#request, this.#sent, this.#request.size - this.#sent);
    if (taken < 0) return;
    this.#sent += taken;
    this.#pipe.want(true, this.#sent < this.#request.size);
  }

  #readable(): void {
    const got = this.#pipe.read(this.#head, this.#received, this.#head.size - this.#received);
    if (got < 0) {
      this.#fail(this.#pipe.cause ?? 'truncated', 'ended the connection');
      return;
    }
    this.#received += got;
    const seen = this.#head.bytes.subarray(0, this.#received);
    const end = seen.indexOf('\r\n\r\n');
    if (end >= 0) this.#judge(seen.subarray(0, end).toString('latin1'), Buffer.from(seen.subarray(end + 4)));
    else if (seen.length === this.#head.size) this.#fail('malformed', `answered with more than ${seen.length} bytes`);
  }

  #judge(head: string, behind: Buffer): void {
    const status = /^HTTP\/1\.[01] (\d{3})(?: |\r\n|$)/.exec(head)?.[1];
    const reason = REASONS[status ?? ''] ?? '';
    if (status === undefined) this.#fail('malformed', 'answered with something that is not HTTP');
    else if (status.startsWith('2')) this.#done.resolve(behind);
    else this.#fail('refused', `answered CONNECT with ${status}${reason}`);
  }

  /** Shows neither the request, which holds the password, nor the answer's text, which a stranger wrote. */
  #fail(cause: TransportError['cause'], what: string): void {
    const seen = `The proxy ${addressText(this.#proxy)} ${what} for ${addressText(this.#target)}.`;
    this.#done.reject(new TransportError(cause, seen, 'TK-4004'));
  }
}
