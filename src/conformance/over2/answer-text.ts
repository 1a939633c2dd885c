// Answers that came in HTTP/2, as HTTP/1 would have said them to the visitor.
import type { Field } from '../reading.ts';

const lines = (fields: readonly Field[]) =>
  fields.map(([name, value]) => (name.startsWith(':') ? '' : `${name}: ${value}\r\n`)).join('');

/** The text of one answer, part by part. */
export class AnswerText {
  readonly #method: string;
  #status = 0;
  #chunked = false;

  constructor(method: string) {
    this.#method = method;
  }

  /** A field section: of an interim answer, of the answer, or its trailers. `end`: nothing follows. `owing`: the visitor has not asked to its end, and could not ask again. */
  section(fields: readonly Field[], end: boolean, owing: boolean): string {
    if (this.#status >= 200) return end ? this.#end(fields) : '';
    this.#status = Number(fields.find(([name]) => name === ':status')?.[1]);
    const reason = this.#status === 100 ? 'Continue' : '';
    const head = `HTTP/1.1 ${this.#status} ${reason}\r\n${lines(fields)}`;
    if (this.#status < 200) return `${head}\r\n`;
    const bodiless = this.#method === 'HEAD' || this.#status === 204 || this.#status === 304;
    this.#chunked = !bodiless && !fields.some(([name]) => name === 'content-length');
    const closing = owing ? 'connection: close\r\n' : '';
    return `${head}${closing}${this.#chunked ? 'transfer-encoding: chunked\r\n' : ''}\r\n${end ? this.#end([]) : ''}`;
  }

  data(bytes: Buffer, end: boolean): readonly (Buffer | string)[] {
    const last = end ? [this.#end([])] : [];
    if (!this.#chunked || bytes.length === 0) return [bytes, ...last];
    return [`${bytes.length.toString(16)}\r\n`, bytes, '\r\n', ...last];
  }

  #end(trailers: readonly Field[]): string {
    return this.#chunked ? `0\r\n${lines(trailers)}\r\n` : '';
  }
}
