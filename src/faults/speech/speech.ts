import type { Chance } from '../shape.ts';
import type { Stretch } from '../stretch.ts';

/** One protocol as it is spoken at both ends of a line: visitors, the origin, and the stretches of network before and behind the tunnel. */
export interface Speech {
  /** What an exposure of its origin begins with. */
  readonly scheme: 'tcp' | 'http' | 'udp';
  readonly originPort: number;
  stretch(to: () => number): Promise<Stretch>;
  /** One visitor's conversation with the origin, through this port. Resolves when it is over. */
  converse(port: number, host: string): Promise<void>;
  /** Nobody converses any more: lets go of what is kept between conversations, so that nothing of them is left anywhere. */
  rest(): void;
  close(): void;
}

export interface Manner {
  readonly chance: Chance;
  /** Bytes of one direction of a conversation. */
  readonly lengthMax: number;
}
