/**
 * Takes secrets out of whatever is about to leave the process. A net below the rule that nobody hands it a secret.
 * Knows what secrets look like and which strings were named as such; refuses to know where the text goes.
 */

export const HIDDEN = '…';

/** Secrets shorter than this are not looked for in text: replacing them would leave nothing to read, and tell them by their gaps. */
const SHORTEST = 4;

/** What is a secret by its form: tokens, `token=` of links, credentials in URLs and fields, private keys. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/\b(tk[ta]_)[\w-]{4,}/g, `$1${HIDDEN}`],
  [/\b((?:token|password|secret)=)[^&\s"'<>]+/gi, `$1${HIDDEN}`],
  [/\b(Bearer\s+)[\w.~+/=-]+/gi, `$1${HIDDEN}`],
  [/\b(Authorization:\s*\w+\s+)[^\s"',]+/gi, `$1${HIDDEN}`],
  [/(\/\/)[^\s/@]*:[^\s/@]*@/g, `$1${HIDDEN}@`],
  [/(-----BEGIN [A-Z ]*PRIVATE KEY-----)[^-]*(-----END)?/g, `$1${HIDDEN}$2`],
];

/** Fields whose value is hidden whatever it looks like. */
const FIELDS = new Set([
  'auth',
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'password',
  'secret',
  'token',
]);

export class Redactor {
  readonly #secrets = new Set<string>();
  #pattern: RegExp | undefined;

  /** Names a secret. It is found as it is and as URLs, JSON, HTTP Basic and hexadecimals write it. */
  hide(secret: string): void {
    if (secret.length < SHORTEST) return;
    for (const form of formsOf(secret)) this.#secrets.add(form);
    // The longest first: a secret that holds another one must not leave its rest.
    const longestFirst = [...this.#secrets].sort((a, b) => b.length - a.length);
    this.#pattern = new RegExp(longestFirst.map(literal).join('|'), 'g');
  }

  clean(text: string): string {
    let clean = this.#pattern ? text.replace(this.#pattern, HIDDEN) : text;
    for (const [form, replacement] of FORMS) clean = clean.replace(form, replacement);
    return clean;
  }

  /** The same for every text in a value that came out of JSON, keys included. Numbers stay numbers; buffers may be keys. */
  cleanValue(value: unknown): unknown {
    if (typeof value === 'string') return this.clean(value);
    if (Array.isArray(value)) return value.map((item) => this.cleanValue(item));
    if (typeof value !== 'object' || value === null) return value;
    if ('type' in value && value.type === 'Buffer') return HIDDEN;
    const entries = Object.entries(value).map(([key, item]) => [
      this.clean(key),
      FIELDS.has(key.toLowerCase()) ? HIDDEN : this.cleanValue(item),
    ]);
    return Object.fromEntries(entries);
  }
}

function formsOf(secret: string): readonly string[] {
  const hex = Buffer.from(secret).toString('hex');
  const inUrl = encodeURIComponent(secret.toWellFormed());
  const inUrlToo = inUrl.replace(/%../g, (octet) => octet.toLowerCase());
  const quoted = JSON.stringify(secret).slice(1, -1);
  const inBase64 = ([0, 1, 2] as const).flatMap((before) => base64Forms(secret, before));
  return [secret, quoted, inUrl, inUrlToo, hex, hex.toUpperCase(), ...inBase64].filter(
    ({ length }) => length >= SHORTEST,
  );
}

/** `before`: how many bytes of a group of three stand before it. Without the characters that change with what stands around it. */
function base64Forms(secret: string, before: 0 | 1 | 2): readonly string[] {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const changing = before === 0 ? 0 : before + 1;
  return (['base64', 'base64url'] as const).map((form) =>
    bytes
      .toString(form)
      .slice(changing)
      .replace(/.{0,2}=*$/, ''),
  );
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
