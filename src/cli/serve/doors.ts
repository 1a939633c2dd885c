// The gateway's listeners: visitors' HTTP and HTTPS, agents, and the ports of exposures. Errors of binding become errors with codes.

import { LISTEN_ERROR, TunnelError } from '../../contract/errors.ts';
import type { Destination, ExposureKind } from '../../contract/exposure.ts';
import type { Introduction } from '../../contract/introduction.ts';
import { ALPN_ANPX } from '../../contract/link.ts';
import type { Arrival, Listener, ListenOptions, ListenTls, Reactor } from '../../contract/reactor.ts';
import { ALPN_HTTP2, type FrontDoor } from '../../ingress/front-door.ts';
import { formatAddress, type HostPort } from '../address.ts';
import type { Certificates } from './certificates.ts';
import type { ServeSettings } from './settings.ts';

/** What TLS ports speak, dearest first. */
const ALPN = [ALPN_ANPX, ALPN_HTTP2, 'http/1.1'];

async function listen(
  reactor: Reactor,
  at: HostPort,
  options: ListenOptions,
  onPipe: (arrival: Arrival) => void,
): Promise<Listener> {
  try {
    return await reactor.listen(at, options, onPipe);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? '';
    throw new TunnelError(
      LISTEN_ERROR[code] ?? 'TK-5002',
      `${formatAddress(at)}: ${code || (cause as Error).message}.`,
      { cause },
    );
  }
}

export class Doors {
  readonly #reactor: Reactor;
  readonly #settings: ServeSettings;
  readonly #front: FrontDoor;
  readonly #introduction: Introduction | undefined;
  readonly #listeners = new Map<string, { readonly listener: Listener; readonly at: HostPort }>();

  /** `introduction`: how load balancers say whose connections they pass on, at the ports of visitors. */
  constructor(reactor: Reactor, settings: ServeSettings, front: FrontDoor, introduction: Introduction | undefined) {
    this.#reactor = reactor;
    this.#settings = settings;
    this.#front = front;
    this.#introduction = introduction;
  }

  /** All of them, or none: an address in use (TK-4005) leaves nothing listening. `refuses`: as of `ListenTls`. */
  async open(certificates: Certificates, refuses: NonNullable<ListenTls['refuses']>): Promise<void> {
    const { http, https, agents } = this.#settings;
    const tls: ListenTls = {
      certificate: (name) => certificates.certificate(name),
      coming: (name) => certificates.coming(name),
      refuses,
      alpn: ALPN,
    };
    const introduction = this.#introduction;
    try {
      await this.#open('http', http, { introduction }, (arrival) => this.#front.plain(arrival));
      await this.#open('https', https, { tls, introduction }, (arrival) => this.#front.secure(arrival));
      if (agents) await this.#open('agents', agents, { tls }, (arrival) => this.#front.secure(arrival));
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Where agents dial: a port of their own if there is one. */
  get agents(): HostPort {
    return this.address('agents') ?? this.address('https')!;
  }

  /** As bound: the host asked for, the real port. */
  address(name: string): HostPort | undefined {
    return this.#listeners.get(name)?.at;
  }

  addresses(): Record<string, string> {
    return Object.fromEntries([...this.#listeners].map(([name, { at }]) => [name, formatAddress(at)]));
  }

  /** The port of one exposure, at the host where visitors' HTTP listens. */
  async openPort(port: number, kind: ExposureKind, destination: () => Destination): Promise<Listener> {
    const at = { host: this.#settings.http.host, port };
    if (kind === 'udp') return this.#front.datagrams(await this.#reactor.datagrams(at), destination);
    const options = { introduction: this.#introduction };
    return listen(this.#reactor, at, options, (arrival) => this.#front.port(arrival, kind, destination));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#listeners.values()].map(({ listener }) => listener.close()));
  }

  async #open(name: string, at: HostPort, options: ListenOptions, onPipe: (arrival: Arrival) => void): Promise<void> {
    const listener = await listen(this.#reactor, at, options, onPipe);
    const { address } = listener;
    this.#listeners.set(name, { listener, at: { host: at.host, port: 'port' in address ? address.port : at.port } });
  }
}
