/**
 * The operator's own certificate and key (`--cert`, `--key`), read again when the files change.
 * Refuses to know which names they are for and who trusts them.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { Clock, Timer } from '../contract/clock.ts';
import { TunnelError } from '../contract/errors.ts';
import { fileWords } from '../contract/file-words.ts';
import type { Certificate } from '../contract/reactor.ts';

/**
 * Looking is surer than being told: watches are lost when a file is replaced by rename, or by a link as Kubernetes does,
 * and two `stat` in two seconds cost nothing.
 */
const LOOK_MS = 2_000;

export interface CertificateFilesOptions {
  /** Path of a PEM file: the certificate, then those that lead to its authority. */
  readonly cert: string;
  /** Path of a PEM file with the private key, not encrypted. */
  readonly key: string;
  readonly clock: Clock;
  /** A new pair is in use. */
  onChange(certificate: Certificate): void;
  /** The files changed into something that cannot be used; the pair before stays in use. Told once a change. */
  onBroken(error: TunnelError): void;
}

/** Reads the pair and goes on looking at it until `close`. Throws TunnelError TK-6001 if it cannot be used now. */
export async function openCertificateFiles(options: CertificateFilesOptions): Promise<CertificateFiles> {
  const mark = await markOf(options);
  return new CertificateFiles(options, await loadPair(options), mark);
}

export class CertificateFiles {
  readonly #options: CertificateFilesOptions;
  #pair: Certificate;
  /** How the files looked when they were last read, with or without success. */
  #mark: string;
  /** How they looked when they could not be used, until that was told. */
  #brokenMark: string | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: CertificateFilesOptions, pair: Certificate, mark: string) {
    this.#options = options;
    this.#pair = pair;
    this.#mark = mark;
    this.#lookLater();
  }

  /** The last pair that could be used. */
  get certificate(): Certificate {
    return this.#pair;
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #lookLater(): void {
    if (this.#closed) return;
    this.#timer = this.#options.clock.after(LOOK_MS, () => {
      void this.#look().then(() => this.#lookLater());
    });
  }

  async #look(): Promise<void> {
    const mark = await markOf(this.#options);
    // A pair that was broken is read a second time before it is told: the look may have fallen between the two replacements.
    if (mark === this.#mark && mark !== this.#brokenMark) return;
    try {
      const pair = await loadPair(this.#options);
      this.#pair = pair;
      this.#brokenMark = undefined;
      if (!this.#closed) this.#options.onChange(pair);
    } catch (error) {
      const isSecondTime = mark === this.#brokenMark;
      this.#brokenMark = isSecondTime ? undefined : mark;
      if (isSecondTime && !this.#closed) this.#options.onBroken(error as TunnelError);
    }
    this.#mark = mark;
  }
}

/** Changes whenever a file's content, place or presence does. */
async function markOf(files: { readonly cert: string; readonly key: string }): Promise<string> {
  const marks = [files.cert, files.key].map((file) =>
    stat(file).then(
      ({ dev, ino, size, mtimeMs, ctimeMs }) => [dev, ino, size, mtimeMs, ctimeMs].join(),
      (error: NodeJS.ErrnoException) => error.code,
    ),
  );
  return (await Promise.all(marks)).join(' ');
}

/** Reads the pair once. Throws TunnelError TK-6001 if it cannot be used. */
export async function loadPair(files: { readonly cert: string; readonly key: string }): Promise<Certificate> {
  const [cert, key] = await Promise.all([readPem(files.cert), readPem(files.key)]);
  const certificate = parsed(files.cert, 'no certificate in PEM', () => new X509Certificate(cert));
  const privateKey = parsed(files.key, 'no private key in PEM without a passphrase', () => createPrivateKey(key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new TunnelError('TK-6001', `${files.key} is not the key of the certificate in ${files.cert}.`);
  }
  parsed(files.cert, 'a chain that OpenSSL refuses', () => createSecureContext({ cert, key }));
  return { cert, key };
}

async function readPem(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new TunnelError('TK-6001', `${file} ${fileWords(error as NodeJS.ErrnoException)}.`, { cause: error });
  }
}

/** OpenSSL's own message is left out: it may quote what it read. */
function parsed<T>(file: string, otherwise: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new TunnelError('TK-6001', `${file} holds ${otherwise}.`);
  }
}
