import { type Ip, parseIp } from './address.ts';

/** A block of addresses: the leading `bits` of `base` decide. For family 4, `bits` counts from the last word: 0 to 32. */
export interface Network {
  readonly base: Ip;
  readonly bits: number;
}

/** Reads `10.0.0.0/8`, `2001:db8::/32`, or one address. Undefined for anything else, also where bits after the prefix are set. */
export function parseNetwork(text: string): Network | undefined {
  const slash = text.indexOf('/');
  const address = slash < 0 ? text : text.slice(0, slash);
  const base = address.includes('%') ? undefined : parseIp(address);
  if (base === undefined) return undefined;
  const written = address.includes(':') ? 128 : 32;
  const prefix = slash < 0 ? String(written) : text.slice(slash + 1);
  if (!/^(?:0|[1-9][0-9]{0,2})$/.test(prefix) || Number(prefix) > written) return undefined;
  // `::ffff:10.0.0.0/104` is 10.0.0.0/8; a shorter prefix would mix families.
  const bits = base.family === 4 && written === 128 ? Number(prefix) - 96 : Number(prefix);
  const network = { base, bits };
  return bits >= 0 && isAligned(network) ? network : undefined;
}

/** A set of networks. A network of one family never holds an address of the other: `::/0` is not "everybody". */
export class Networks {
  readonly #list: readonly Network[];

  /** Throws RangeError, naming the text, for one that is not a network: callers check configuration before. */
  constructor(texts: readonly string[]) {
    this.#list = texts.map((text) => {
      const network = parseNetwork(text);
      if (network === undefined) throw new RangeError(`not a network: ${text}`);
      return network;
    });
  }

  get size(): number {
    return this.#list.length;
  }

  /** False for anything that is not an address. */
  has(ip: string): boolean {
    const address = parseIp(ip);
    return address !== undefined && this.#list.some((network) => contains(network, address));
  }
}

function contains({ base, bits }: Network, ip: Ip): boolean {
  if (ip.family !== base.family) return false;
  const first = ip.family === 4 ? 3 : 0;
  for (let i = first; i < 4; i++) {
    const mask = maskOf(bits - (i - first) * 32);
    if (((ip.words[i] as number) & mask) !== ((base.words[i] as number) & mask)) return false;
  }
  return true;
}

function isAligned({ base, bits }: Network): boolean {
  const first = base.family === 4 ? 3 : 0;
  return base.words.every((word, i) => i < first || (word & ~maskOf(bits - (i - first) * 32)) === 0);
}

/** The mask over one word of a prefix that has `bits` left from this word on. */
function maskOf(bits: number): number {
  if (bits <= 0) return 0;
  return bits >= 32 ? -1 : -1 << (32 - bits);
}
