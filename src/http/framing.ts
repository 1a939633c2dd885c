// How long a body is, by RFC 9112 §6.3, refusing whatever two readers could read differently.
import type { FieldSection } from './field-section.ts';
import { TOKEN_FORM } from './syntax.ts';

/** What the two framing fields say. `length` is -1 unless `kind` is `length`. */
export interface Framing {
  readonly kind: 'length' | 'chunked' | 'undeclared';
  readonly length: number;
}

export interface FramingFault {
  readonly kind: 'fault';
  readonly seen: string;
  /** The fields are legal, but we do not know the transfer coding. */
  readonly unknownCoding: boolean;
}

const UNDECLARED: Framing = { kind: 'undeclared', length: -1 };
const CHUNKED: Framing = { kind: 'chunked', length: -1 };

export function framingOf({ contentLength, transferEncoding }: FieldSection): Framing | FramingFault {
  if (transferEncoding !== undefined) {
    if (contentLength !== undefined) return fault('Content-Length and Transfer-Encoding together');
    const coding = transferEncoding.toLowerCase();
    if (coding === 'chunked') return CHUNKED;
    // Only one whole foreign token is a coding that we could have known; lists with chunked in them are attacks or faults.
    return { kind: 'fault', seen: 'a transfer coding other than chunked', unknownCoding: TOKEN_FORM.test(coding) };
  }
  if (contentLength === undefined) return UNDECLARED;
  const length = parseLength(contentLength);
  return length < 0 ? fault('a Content-Length that is no number') : { kind: 'length', length };
}

function fault(seen: string): FramingFault {
  return { kind: 'fault', seen, unknownCoding: false };
}

/** Digits only, at most 2^53-1 (sums stay exact); -1 otherwise. */
function parseLength(text: string): number {
  if (!/^[0-9]{1,16}$/.test(text)) return -1;
  const length = Number(text);
  return Number.isSafeInteger(length) ? length : -1;
}
