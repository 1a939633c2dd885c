import type { HostPort } from './reactor.ts';

/** What a reading of the first bytes of a connection has found. */
export type IntroductionReading =
  /** At least so many more bytes are needed; none of them lies behind the introduction. */
  | { readonly kind: 'more'; readonly bytes: number }
  /** It ends here. Undefined: it names nobody, and the connection is its peer's own. */
  | { readonly kind: 'whole'; readonly visitor: HostPort | undefined }
  | { readonly kind: 'refused'; readonly why: IntroductionFault };

export type IntroductionFault =
  /** The connection began with something else. */
  | 'missing'
  | 'malformed'
  /** It names a visitor that no TCP connection over IP can have. */
  | 'unusable'
  | 'checksum'
  /** Longer than its bound. */
  | 'long'
  /** Not whole in time. */
  | 'late'
  /** The connection ended in the middle of it. */
  | 'cut'
  /** Too many connections were without theirs. */
  | 'crowd';

/** What stands before a connection's own bytes, before TLS too, and says whose it is: the word of a load balancer that passes it on. */
export interface Introduction {
  /** Connections from this address must begin with one; those from elsewhere have none, whatever they begin with. */
  isDueFrom(host: string): boolean;
  /** Reads all bytes so far; asked again when as many more have come as it wants. */
  read(bytes: Buffer): IntroductionReading;
  /** A connection was closed for it, before anybody else has heard of it. */
  refused(from: HostPort, why: IntroductionFault): void;
}
