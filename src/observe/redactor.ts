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

  /** Names a secret. It is found as it is and as URLs, JSON and HTTP Basic write it. */
  hide(secret: string): void {
    if (secret.length < SHORTEST) return;
    const bytes = Buffer.from(secret);
    const quoted = JSON.stringify(secret).slice(1, -1);
    for (const form of [secret, quoted, encodeURIComponent(secret.toWellFormed())]) this.#secrets.add(form);
    // Without the last characters, which change when other text follows in the same base64.
    for (const form of ['base64', 'base64url'] as const)
      this.#secrets.add(bytes.toString(form).replace(/.{0,2}=*$/, ''));
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

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
