import type { Clock } from '../contract/clock.ts';
import type { ErrorCode } from '../contract/errors.ts';
import type { Peer } from '../contract/link.ts';
import { certificateWords } from './certificate-words.ts';

/** What is known of the gateway beforehand, and what to do with what is learnt. */
export interface GatewayTrust {
  /** `sha256-…` of the identity key, from a join link or an earlier meeting. */
  readonly pin: string | undefined;
  /** Plain links were asked for (`--insecure`). */
  readonly insecure: boolean;
  /** The pin of a raw public key. */
  readonly gatewayPin: (publicKey: Buffer) => string;
  /** Called once, at the first meeting without a pin, with the key to pin from then on. */
  readonly remember: (publicKey: Buffer) => void;
}

/** A gateway that has proved that it holds `publicKey`, over a link where `bound` says whether the proof covers the TLS exporter. */
export interface GatewayClaim {
  readonly publicKey: Buffer;
  readonly peer: Peer;
  readonly bound: boolean;
}

/** Why the agent does not go on with a gateway. */
export interface Distrust {
  readonly code: ErrorCode;
  readonly seen: string;
}

const UNBOUND: Distrust = { code: 'TK-1002', seen: 'Its proof was made for another TLS connection.' };

/**
 * Decides whether the gateway is the one that was meant, before the agent proves anything of itself.
 *
 * With a pin only the pin decides, whatever certificate stands in front. Without one the certificate must have verified by the
 * system's authorities (or plain links were asked for), and the key is the pin from then on.
 *
 * A link whose TLS ends at the gateway must be bound: an unbound proof there was carried over by somebody in the middle. A
 * WebSocket may be unbound, because a reverse proxy may end its TLS; that proxy then sees the frames, as it does for visitors.
 */
export class GatewayCheck {
  readonly #trust: GatewayTrust;
  readonly #clock: Pick<Clock, 'wall'>;
  #pin: string | undefined;

  constructor(trust: GatewayTrust, clock: Pick<Clock, 'wall'>) {
    this.#trust = trust;
    this.#clock = clock;
    this.#pin = trust.pin;
  }

  /** Undefined: go on. TK-1002: another gateway. TK-1012: nothing vouches for it. */
  check(claim: GatewayClaim): Distrust | undefined {
    const pin = this.#trust.gatewayPin(claim.publicKey);
    if (claim.peer.transport === 'tls' && !claim.bound) return UNBOUND;
    if (this.#pin !== undefined)
      return pin === this.#pin ? undefined : { code: 'TK-1002', seen: `Its key has the pin ${pin}, not ${this.#pin}.` };
    if (!claim.peer.trusted && !(this.#trust.insecure && claim.peer.transport === 'tcp'))
      return { code: 'TK-1012', seen: `${this.#whyNot(claim.peer)}Its key has the pin ${pin}.` };
    this.#pin = pin;
    this.#trust.remember(claim.publicKey);
    return undefined;
  }

  #whyNot({ fault }: Peer): string {
    return fault === undefined ? '' : `${certificateWords(fault, this.#clock.wall())} `;
  }
}
