// Certificates by ACME: one for the domain and one for each name that is published, and the own authority's until they are there.
import type { Clock } from '../../contract/clock.ts';
import { ERRORS } from '../../contract/errors.ts';
import type { Limits } from '../../contract/limits.ts';
import type { KeeperEvent, NameState } from '../../identity/acme/events.ts';
import { Keeper } from '../../identity/acme/keeper.ts';
import type { Authority } from '../../identity/authority.ts';
import { Waits } from './certificate-waits.ts';
import type { CertificateState, Certificates } from './certificates.ts';
import { ownCertificates } from './certificates-own.ts';
import type { AcmeSettings } from './settings.ts';

export interface AcmeParts {
  readonly acme: AcmeSettings;
  readonly domain: string;
  readonly folder: string;
  readonly software: string;
  readonly authority: Authority;
  readonly clock: Clock;
  readonly limits: Limits;
  /** Whether an agent publishes this host now. */
  isLive(host: string): boolean;
  event(event: KeeperEvent): void;
}

/** How it stands with a name that has no certificate. */
function reason({ fault }: NameState, giver: string): string {
  if (fault === undefined) return `its certificate is on its way from ${giver}`;
  return `it has no certificate: ${fault.code} ${ERRORS[fault.code].what} ${fault.seen}`;
}

/** Throws what opening the account's key throws. */
export async function acmeCertificates(parts: AcmeParts): Promise<Certificates> {
  const { acme, domain, clock, limits, isLive, event } = parts;
  const giver = new URL(acme.directory).hostname;
  const own = ownCertificates(parts.authority, `its certificate comes from ${giver} once it is published`);
  const wanted = (name: string) => name === domain || isLive(name);
  const keeper = await Keeper.open({ ...parts, ...acme, wanted, random: Math.random });
  keeper.want(domain, undefined);
  const waits = new Waits(clock, limits, (limit) => event({ type: 'bound', limit }));
  const shown = (serverName = '') => keeper.certificate(serverName.toLowerCase()) ?? own.certificate(serverName);
  return {
    certificate: shown,
    // Agents come under the domain itself, and look at the pin: they need not wait.
    coming: (serverName) => {
      const name = serverName.toLowerCase();
      return name === domain ? undefined : waits.bounded(keeper.coming(name));
    },
    covers: (sni, host) => shown(sni) === shown(host),
    distrust: (host) => {
      const state = keeper.state(host);
      if (state === undefined) return own.distrust(host);
      return state.state === 'valid' ? undefined : reason(state, giver);
    },
    isComing: (host) => keeper.coming(host) !== undefined,
    prepare: (host, account) => keeper.want(host, account),
    answer: (token) => keeper.answer(token),
    start: () => keeper.start(),
    giver,
    states: () => keeper.states().map((state) => shownState(state, clock.wall())),
    close: () => {
      keeper.close();
      own.close();
    },
  };
}

const date = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());

function shownState({ name, state, until, fault, retryInMs }: NameState, now: number): CertificateState {
  const retryAt = date(retryInMs === undefined ? undefined : now + retryInMs);
  return { name, state, until: date(until), retryAt, code: fault?.code ?? null, seen: fault?.seen ?? null };
}
