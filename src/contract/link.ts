import type { CertificateFault, Pipe } from './pipe.ts';

/** Who is at the other end of a link, as far as the transport knows. */
export interface Peer {
  /** `ip:port` or `[ip6]:port`. */
  readonly address: string;
  /** The transport's name: `tls`, `ws`, `tcp`. */
  readonly transport: string;
  /** 32 bytes bound to the TLS connection where TLS runs end to end between agent and gateway; undefined where it does not. */
  readonly exporter: Buffer | undefined;
  /** Dialled links: the gateway's certificate verified by the system's authorities. */
  readonly trusted: boolean;
  /** Why it did not. */
  readonly fault?: CertificateFault | undefined;
}

/** One ordered byte pipe between agent and gateway. */
export interface Link extends Pipe {
  readonly peer: Peer;
}

export interface GatewayTarget {
  readonly host: string;
  readonly port: number;
}

/** Label for RFC 8446 §7.5 exporters; both ends must agree on it. */
export const EXPORTER_LABEL = 'EXPORTER-tunnelkit-anpx-2';
export const EXPORTER_BYTES = 32;
/** The ALPN name agents ask for. */
export const ALPN_ANPX = 'anpx/2';
/** The path, on the visitors' ports, where agents open a WebSocket. */
export const LINK_PATH = '/.tunnelkit/link';

/** Makes links to a gateway. Rejects with a `TransportError`-like error that has a `cause: PipeCause` and a one-line message. */
export interface Transport {
  readonly name: string;
  dial(target: GatewayTarget, signal: AbortSignal): Promise<Link>;
}
