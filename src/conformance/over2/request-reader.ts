// What a visitor of HTTP/1 says, in parts as they come: not judged, only taken apart, so that it can be said in HTTP/2.
import type { Field } from '../reading.ts';

export interface Said {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** Names in small letters, values without the space before them. */
  readonly fields: readonly Field[];
}

export interface RequestHearer {
  /** `bodied`: content follows, if only none of it. */
  head(said: Said, bodied: boolean): void;
  data(bytes: Buffer): void;
  end(trailers: readonly Field[]): void;
}

const EMPTY = Buffer.alloc(0);

export class RequestReader {
  readonly #hearer: RequestHearer;
  #due: 'head' | 'body' | 'size' | 'chunk' | 'trailers' = 'head';
  #left = 0;
  #rest: Buffer = EMPTY;

  constructor(hearer: RequestHearer) {
    this.#hearer = hearer;
  }

  /** A request has begun and is not whole. */
  get owing(): boolean {
    return this.#due !== 'head' || this.#rest.length > 0;
  }

  take(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    while (this.#step());
  }

  /** False: what is there is not enough for more. */
  #step(): boolean {
    switch (this.#due) {
      case 'head':
        return this.#head();
      case 'body':
      case 'chunk':
        return this.#content();
      case 'size':
        return this.#size();
      case 'trailers':
        return this.#trailers();
    }
  }

  #cut(ending: string): string | undefined {
    const at = this.#rest.indexOf(ending);
    if (at < 0) return undefined;
    const text = this.#rest.toString('latin1', 0, at);
    this.#rest = this.#rest.subarray(at + ending.length);
    return text;
  }

  #head(): boolean {
    const text = this.#cut('\r\n\r\n');
    if (text === undefined) return false;
    const [line = '', ...lines] = text.split('\r\n');
    const first = line.indexOf(' ');
    const last = line.lastIndexOf(' ');
    const fields = lines.map(fieldOf);
    const [method, target, version] = [line.slice(0, first), line.slice(first + 1, last), line.slice(last + 1)];
    const chunked = fields.some(([name]) => name === 'transfer-encoding');
    // What comes along with CONNECT is for whoever is behind it.
    const declared = fields.find(([name]) => name === 'content-length')?.[1] ?? 0;
    const length = method === 'CONNECT' ? this.#rest.length : Number(declared);
    this.#left = length;
    this.#due = chunked ? 'size' : length > 0 ? 'body' : 'head';
    this.#hearer.head({ method, target, version, fields }, this.#due !== 'head');
    if (this.#due === 'head') this.#hearer.end([]);
    return true;
  }

  #content(): boolean {
    if (this.#rest.length === 0) return false;
    const part = this.#rest.subarray(0, this.#left);
    this.#rest = this.#rest.subarray(part.length);
    this.#left -= part.length;
    this.#hearer.data(part);
    if (this.#left > 0) return false;
    if (this.#due === 'body') {
      this.#due = 'head';
      this.#hearer.end([]);
    } else this.#due = 'size';
    return true;
  }

  #size(): boolean {
    // Behind a chunk stands CRLF, before the first one nothing.
    if (this.#rest.toString('latin1', 0, 2) === '\r\n') this.#rest = this.#rest.subarray(2);
    const line = this.#cut('\r\n');
    if (line === undefined) return false;
    this.#left = Number.parseInt(line, 16);
    this.#due = this.#left === 0 ? 'trailers' : 'chunk';
    return true;
  }

  #trailers(): boolean {
    const none = this.#rest.toString('latin1', 0, 2) === '\r\n';
    const text = none ? this.#cut('\r\n') : this.#cut('\r\n\r\n');
    if (text === undefined) return false;
    this.#due = 'head';
    this.#hearer.end(none ? [] : text.split('\r\n').map(fieldOf));
    return true;
  }
}

function fieldOf(line: string): Field {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
}
