// Field sections as bytes (RFC 7541), for a peer that must be able to send what no library would. Imports nothing of the program.

export type Pairs = readonly (readonly [name: string, value: string])[];

const ENTRY_OVERHEAD = 32;
const TABLE_BYTES = 4_096;

// Appendix A: names, and values after a blank, in the order of their numbers.
const STATIC = (
  ':authority|:method GET|:method POST|:path /|:path /index.html|:scheme http|:scheme https|:status 200|:status 204|' +
  ':status 206|:status 304|:status 400|:status 404|:status 500|accept-charset|accept-encoding gzip, deflate|' +
  'accept-language|accept-ranges|accept|access-control-allow-origin|age|allow|authorization|cache-control|' +
  'content-disposition|content-encoding|content-language|content-length|content-location|content-range|content-type|' +
  'cookie|date|etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|' +
  'last-modified|link|location|max-forwards|proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after|' +
  'server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|www-authenticate'
)
  .split('|')
  .map((entry): [string, string] => {
    const blank = entry.indexOf(' ');
    return blank < 0 ? [entry, ''] : [entry.slice(0, blank), entry.slice(blank + 1)];
  });

// Appendix B: the code is canonical, so the characters of each length, in order, say it all; these are the printable ones.
const BY_LENGTH: Readonly<Record<number, string>> = {
  5: '012aceiost',
  6: ' %-./3456789=A_bdfghlmnpru',
  7: ':BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz',
  8: '&*,;XZ',
  10: '!"()?',
  11: "'+|",
  12: '#>',
  13: '\0$@[]~',
  14: '^}',
  15: '<`{',
  19: '\\',
};

const CODES = new Map<string, string>();
for (let length = 5, code = 0; length <= 19; length++, code *= 2) {
  for (const char of BY_LENGTH[length] ?? '') CODES.set((code++).toString(2).padStart(length, '0'), char);
}

function unpack(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  let text = '';
  for (let at = 0, end = 1; at + end <= bits.length; end++) {
    const char = CODES.get(bits.slice(at, at + end));
    if (char === undefined) continue;
    text += char;
    at += end;
    end = 0;
  }
  return text;
}

/** An integer (§5.1) whose first byte has `prefix` bits, and `first` above them. */
export function integer(value: number, prefix: number, first = 0): Buffer {
  const most = 2 ** prefix - 1;
  if (value < most) return Buffer.from([first | value]);
  const bytes = [first | most];
  let rest = value - most;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1');
  return Buffer.concat([integer(bytes.length, 7), bytes]);
}

/** Literals without indexing, so that every byte goes out as it stands. */
export function encode(fields: Pairs): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

/** A literal that enters the table (§6.2.1), to be referred to by one byte afterwards. */
export function encodeIndexed(name: string, value: string): Buffer {
  return Buffer.concat([Buffer.from([0x40]), text(name), text(value)]);
}

/** The newest entry of the table, in one byte. */
export const NEWEST = 0x80 | (STATIC.length + 1);

/** Reads the sections of one direction of a connection, one after the other. */
export class Decoder {
  #table: [string, string][] = [];
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;

  decode(block: Buffer): [string, string][] {
    this.#bytes = block;
    this.#at = 0;
    const fields: [string, string][] = [];
    while (this.#at < block.length) {
      const first = block[this.#at] as number;
      if (first >= 0x80) fields.push(this.#entry(this.#integer(7)));
      else if (first >= 0x40) fields.push(this.#enter(this.#literal(6)));
      else if (first >= 0x20) this.#integer(5);
      else fields.push(this.#literal(4));
    }
    return fields;
  }

  #literal(prefix: number): [string, string] {
    const index = this.#integer(prefix);
    const name = index === 0 ? this.#text() : this.#entry(index)[0];
    return [name, this.#text()];
  }

  #entry(index: number): [string, string] {
    const entry = index <= STATIC.length ? STATIC[index - 1] : this.#table[index - STATIC.length - 1];
    if (entry === undefined) throw new Error(`no entry ${index} in the table`);
    return entry;
  }

  #enter(entry: [string, string]): [string, string] {
    this.#table.unshift(entry);
    const size = () => this.#table.reduce((sum, [name, value]) => sum + name.length + value.length + ENTRY_OVERHEAD, 0);
    while (size() > TABLE_BYTES) this.#table.pop();
    return entry;
  }

  #integer(prefix: number): number {
    const most = 2 ** prefix - 1;
    let value = (this.#bytes[this.#at++] as number) & most;
    if (value < most) return value;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  #text(): string {
    const packed = ((this.#bytes[this.#at] as number) & 0x80) !== 0;
    const length = this.#integer(7);
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return packed ? unpack(bytes) : bytes.toString('latin1');
  }
}
