// IP addresses as numbers. Knows textual forms only; refuses every form that two programs could read differently.

/** Four 32-bit words, most significant first. IPv4 stands in the last word, with `family` 4. */
export interface Ip {
  readonly family: 4 | 6;
  readonly words: readonly [number, number, number, number];
}

const OCTET = /^(?:0|[1-9][0-9]{0,2})$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;

/**
 * Reads dotted decimal (no octal, no short forms) or RFC 4291 §2.2 text; a zone (`%eth0`) is ignored.
 * IPv4-mapped IPv6 (`::ffff:a.b.c.d`) is family 4, because a dual-stack listener shows IPv4 visitors like that.
 */
export function parseIp(text: string): Ip | undefined {
  if (!text.includes(':')) {
    const word = parseIp4(text);
    return word === undefined ? undefined : { family: 4, words: [0, 0, 0, word] };
  }
  const zone = text.indexOf('%');
  const groups = parseIp6(zone < 0 ? text : text.slice(0, zone));
  if (groups === undefined) return undefined;
  const word = (i: number) => ((groups[2 * i] as number) * 0x1_0000 + (groups[2 * i + 1] as number)) >>> 0;
  const words = [word(0), word(1), word(2), word(3)] as const;
  const mapped = words[0] === 0 && words[1] === 0 && words[2] === 0xffff;
  return mapped ? { family: 4, words: [0, 0, 0, words[3]] } : { family: 6, words };
}

/** Whom an address stands for where hosts are counted: of IPv6 the first 64 bits, since one host has them all. */
export function hostKey(text: string): string {
  const ip = parseIp(text);
  if (ip === undefined) return text;
  return (ip.family === 4 ? ip.words.slice(3) : ip.words.slice(0, 2)).join(':');
}

function parseIp4(text: string): number | undefined {
  const octets = text.split('.');
  if (octets.length !== 4) return undefined;
  let word = 0;
  for (const octet of octets) {
    if (!OCTET.test(octet) || Number(octet) > 255) return undefined;
    word = word * 256 + Number(octet);
  }
  return word;
}

/** Eight 16-bit groups. */
function parseIp6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0] as string, halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1] as string, true) : [];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  // `::` stands for at least one group; without it there must be eight.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  return [...head, ...new Array<number>(missing).fill(0), ...tail];
}

/** `dotted`: the last group may be an IPv4 address. */
function groupsOf(text: string, dotted: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [i, part] of parts.entries()) {
    if (GROUP.test(part)) {
      groups.push(Number.parseInt(part, 16));
      continue;
    }
    const word = dotted && i === parts.length - 1 ? parseIp4(part) : undefined;
    if (word === undefined) return undefined;
    groups.push(word >>> 16, word & 0xffff);
  }
  return groups;
}

/** The one canonical spelling: dotted decimal, or RFC 5952 with the longest run of zero groups as `::`. */
export function formatIp({ family, words }: Ip): string {
  if (family === 4) return octetsOf(words[3]).join('.');
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff]);
  const { at, length } = longestZeros(groups);
  const text = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':');
  return length < 2 ? text(groups) : `${text(groups.slice(0, at))}::${text(groups.slice(at + length))}`;
}

const octetsOf = (word: number) => [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff];

/** The first of the longest. */
function longestZeros(groups: readonly number[]): { readonly at: number; readonly length: number } {
  let best = { at: 0, length: 0 };
  for (let at = 0; at < groups.length; at++) {
    let length = 0;
    while (groups[at + length] === 0) length++;
    if (length > best.length) best = { at, length };
  }
  return best;
}
