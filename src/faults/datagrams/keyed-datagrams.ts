import type { Direction, KeyedStreams } from '../keyed-stream.ts';

/** Of a flow and of a datagram, in front of each that is not empty. */
const HEADER_BYTES = 8;
/** IPv4 carries no more. */
export const DATAGRAM_BYTES_MAX = 65_507;
/** More than a datagram's, so that none begins where another does. */
const SPACING = 65_536;

export interface Place {
  readonly flow: number;
  readonly nth: number;
}

/** Datagrams of which every byte and the length follow from a seed, their flow, their direction and their number in it. */
export class KeyedDatagrams {
  readonly #streams: KeyedStreams;

  constructor(streams: KeyedStreams) {
    this.#streams = streams;
  }

  make(direction: Direction, { flow, nth }: Place): Buffer {
    const block = this.#streams.bytes(flow, direction, nth * SPACING, SPACING);
    const length = lengthOf(block.readUInt32BE(), block.readUInt32BE(4));
    if (length === 0) return Buffer.alloc(0);
    const bytes = Buffer.from(block.subarray(0, length));
    bytes.writeUInt32BE(flow, 0);
    bytes.writeUInt32BE(nth, 4);
    return bytes;
  }

  /** Whose one is that is not empty, or what is wrong with it. */
  read(direction: Direction, bytes: Buffer): Place | string {
    if (bytes.length < HEADER_BYTES) return `a datagram of ${bytes.length} bytes, which nobody sends`;
    const place = { flow: bytes.readUInt32BE(0), nth: bytes.readUInt32BE(4) };
    const sent = this.make(direction, place);
    if (sent.equals(bytes)) return place;
    return `datagram ${place.nth} of flow ${place.flow} ${direction}: ${bytes.length} bytes that are not the ${sent.length} sent`;
  }
}

/** Mostly what a network takes in one piece, sometimes nothing, sometimes all that is possible. */
function lengthOf(pick: number, word: number): number {
  const share = pick % 100;
  if (share < 3) return 0;
  const most = share < 80 ? 1_472 : share < 98 ? 9_000 : DATAGRAM_BYTES_MAX;
  return HEADER_BYTES + (word % (most - HEADER_BYTES + 1));
}
