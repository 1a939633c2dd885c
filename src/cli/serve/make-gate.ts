// The visitors' side, wired: where visits go, who the agents among them are handed to, and what is trusted about them.
import type { Limits } from '../../contract/limits.ts';
import type { Reactor } from '../../contract/reactor.ts';
import { Gate } from '../../ingress/gate.ts';
import type { Log } from '../../observe/log.ts';
import type { Metrics } from '../../observe/metrics.ts';
import type { Overload } from '../../observe/overload.ts';
import type { Relay } from '../../relay/relay.ts';
import { acceptTcp } from '../../transport/tcp.ts';
import { acceptTls } from '../../transport/tls.ts';
import { webSocketAcceptor } from '../../transport/websocket-accept.ts';
import type { HostPort } from '../address.ts';
import type { Certificates } from './certificates.ts';
import type { ServeSettings } from './settings.ts';
import { ingressTelling } from './telling.ts';

export interface GateParts {
  readonly reactor: Reactor;
  readonly limits: Limits;
  readonly overload: Overload;
  readonly settings: ServeSettings;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly relay: Relay;
  readonly certificates: Certificates;
  /** Where HTTPS is listened at, once it is. */
  https(): HostPort | undefined;
}

const hostOf = (authority: string) => authority.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
const portSuffix = (at: HostPort | undefined, standard: number) =>
  at === undefined || at.port === standard ? '' : `:${at.port}`;

export function makeGate(parts: GateParts): Gate {
  const { reactor, limits, overload, settings, log, metrics, relay, certificates, https } = parts;
  const acceptWebSocket = webSocketAcceptor(reactor.clock, limits);
  return new Gate({
    reactor,
    limits,
    overload,
    lookup: (host) => relay.destination(host),
    trustedProxies: settings.trustedProxies,
    insecure: settings.insecure,
    onAgent: (arrival) =>
      relay.accept(
        arrival.pipe.secure ? acceptTls(arrival) : acceptTcp(arrival),
        arrival.pipe.secure?.sni ?? arrival.local.host,
      ),
    onLinkUpgrade: (upgrade) => {
      acceptWebSocket(upgrade).then(
        (link) => relay.accept(link, hostOf(upgrade.head.authority)),
        (error: Error) =>
          log.debug({ address: upgrade.address, error: error.message }, 'a WebSocket of an agent was refused'),
      );
    },
    redirect: (host) =>
      certificates.distrust(host) === undefined ? `https://${host}${portSuffix(https(), 443)}` : undefined,
    challenge: (token) => certificates.answer(token),
    covers: (sni, host) => certificates.covers(sni, host),
    events: ingressTelling(log, metrics, reactor.defect),
  });
}
