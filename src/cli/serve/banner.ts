// What `serve` says once it listens: a block of facts on a terminal, a sentence each in a journal.
import type { Invocation } from '../command.ts';
import { helpWidth, type Term, termList } from '../help/layout.ts';
import { certificateWords } from '../status/certificates.ts';
import type { CertificateState } from './certificates.ts';

export interface Standing {
  readonly version: string;
  readonly addresses: Readonly<Record<string, string>>;
  /** Undefined: names are under `localhost`. */
  readonly domain: string | undefined;
  readonly names: Names;
  /** Of the domain itself, where somebody gives certificates. */
  readonly certificate: CertificateState | undefined;
  /** The operator's own: a path. */
  readonly certificateFile: string | undefined;
  readonly insecure: boolean;
  /** Undefined once the first token was revoked. */
  readonly joinLink: string | undefined;
  readonly joinLinkFile: string;
}

export interface Names {
  /** What URLs of names look like. */
  readonly url: string;
  /** Why they are not `https://`; undefined where they are. */
  readonly distrust: string | undefined;
  /** Who makes them so, one by one. */
  readonly giver: string | undefined;
}

const REVOKED = 'the first token was revoked: make one with `tunnelkit token create`';
const DOMAINS = 'a domain of yours, or 203.0.113.7.sslip.io with your address';

/** Where the join link may be shown: it is a secret, which no journal may hold. */
export function tellStanding({ talk, terminal, stderr }: Invocation, standing: Standing, now: number): void {
  if (terminal.live) talk.say(blockOf(standing, now, stderr.columns), { isSecret: true });
  else for (const sentence of sentencesOf(standing, terminal.person)) talk.say(sentence, { isSecret: terminal.person });
  if (standing.insecure)
    talk.say('warning: --insecure: agents may come over plain TCP, unencrypted', { level: 'warn' });
}

/** For a terminal of so many columns. `now`: wall-clock milliseconds. */
export function blockOf(standing: Standing, now: number, columns: number | undefined): string {
  const { version, addresses, domain, names, joinLink } = standing;
  const { http, https, agents, admin } = addresses;
  const rows: readonly Term[] = [
    ['visitors', `http ${http} · https ${https}`],
    ['agents', `${agents}`],
    ['admin', `${admin}`],
    [
      'names',
      domain === undefined ? `${names.url}, for agents of this machine; those of others get a port` : names.url,
    ],
    domain === undefined ? ['for names', `--domain D: ${DOMAINS}`] : ['certificates', certificatesOf(standing, now)],
    ['next', joinLink === undefined ? REVOKED : '`tunnelkit expose 3000` here, or on another machine after'],
  ];
  const link = joinLink === undefined ? [] : [`  tunnelkit login '${joinLink}'`];
  return [`tunnelkit gateway ${version}`, termList(rows, helpWidth(columns)), ...link].join('\n');
}

function certificatesOf({ domain, names, certificate, certificateFile }: Standing, now: number): string {
  const { distrust, giver } = names;
  const own = certificate === undefined ? '' : `; ${domain}: ${certificateWords(certificate, now)}`;
  if (giver !== undefined) return `by ${giver}, one for each name when it is first exposed, http:// until then${own}`;
  return distrust === undefined ? `${certificateFile}, read again when it changes` : `none for browsers: ${distrust}`;
}

/** `isPrivate`: a person reads them, and nobody keeps them. */
export function sentencesOf(standing: Standing, isPrivate: boolean): readonly string[] {
  const { http, https, agents, admin } = standing.addresses;
  const { joinLink, joinLinkFile } = standing;
  const next = isPrivate
    ? ['next: `tunnelkit expose 3000` here, or on another machine after', `  tunnelkit login '${joinLink}'`]
    : [`the join link, for \`tunnelkit login\` on other machines, is in ${joinLinkFile}`];
  return [
    `tunnelkit gateway: visitors at ${http} (HTTP) and ${https} (HTTPS), agents at ${agents}, admin at ${admin}`,
    namesSentence(standing),
    ...(joinLink === undefined ? [REVOKED] : next),
  ];
}

function namesSentence({ domain, names: { url, distrust, giver } }: Standing): string {
  if (domain === undefined)
    return `names: ${url} for agents of this machine; agents of others get a port. For names: --domain D (${DOMAINS})`;
  if (giver !== undefined)
    return `names: ${url}, each as soon as its certificate has come from ${giver}; http:// until then`;
  return distrust === undefined ? `names: ${url}` : `names: ${url}, not https://, because ${distrust}`;
}
