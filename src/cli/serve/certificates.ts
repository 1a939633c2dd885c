// Which certificate the HTTPS port shows, and whether visitors' browsers trust it: the contract of the three kinds there are.
import type { Certificate } from '../../contract/reactor.ts';

export interface Certificates {
  certificate(serverName: string | undefined): Certificate | undefined;
  /** As `ListenTls.coming`. */
  coming(serverName: string): Promise<void> | undefined;
  /** Whether the certificate shown for `sni` is good for `host` too. */
  covers(sni: string, host: string): boolean;
  /** Why visitors' browsers will not trust what is shown for `host`, in a few words; undefined: they will, and its URL is `https://`. */
  distrust(host: string): string | undefined;
  /** `distrust` is expected to end soon. */
  isComing(host: string): boolean;
  /** A host that an account publishes: its certificate is seen to now. */
  prepare(host: string, account: string): void;
  /** What an HTTP-01 challenge is answered with, if the token is ours. */
  answer(token: string): string | undefined;
  /** The listeners are open. */
  start(): void;
  /** Who gives every name a certificate that browsers trust once it is published; undefined where nobody does. */
  readonly giver?: string | undefined;
  states(): readonly CertificateState[];
  close(): void;
}

/** One name's certificate in the status. */
export interface CertificateState {
  readonly name: string;
  readonly state: 'valid' | 'coming' | 'failed';
  /** ISO dates; null where there is none. */
  readonly until: string | null;
  readonly retryAt: string | null;
  /** Of the last attempt, where it failed: the code, and what was seen. */
  readonly code: string | null;
  readonly seen: string | null;
}

/** For kinds whose certificates are there from the start: nothing is waited for, nobody is asked. */
export const ALL_THERE = {
  coming: () => undefined,
  isComing: () => false,
  prepare: () => {},
  answer: () => undefined,
  start: () => {},
  states: () => [],
} satisfies Partial<Certificates>;
