// The gateway, wired: listeners → ingress and relay → sessions, over one reactor, with the operator's side beside it.

import { type Admin, makeAdmin } from '../../admin/admin.ts';
import type { SigningKey } from '../../contract/crypto.ts';
import type { Defect } from '../../contract/defect.ts';
import type { LimitName, Limits } from '../../contract/limits.ts';
import type { Reactor } from '../../contract/reactor.ts';
import type { Tries } from '../../contract/tries.ts';
import { Later } from '../../http/later.ts';
import { BLOCK_BYTES } from '../../http/output.ts';
import { nodeCrypto } from '../../identity/crypto.ts';
import type { Token } from '../../identity/token.ts';
import { FrontDoor } from '../../ingress/front-door.ts';
import type { Gate } from '../../ingress/gate.ts';
import { policiesFor } from '../../ingress/policy/index.ts';
import type { Log } from '../../observe/log.ts';
import { Metrics } from '../../observe/metrics.ts';
import { OverloadWatch } from '../../observe/overload.ts';
import type { Vitals } from '../../observe/vitals.ts';
import { Pool } from '../../pipe/arena.ts';
import { makeNodeReactor } from '../../pipe/node/reactor.ts';
import { type Grounds, webOrigin, zoneOf } from '../../relay/placement.ts';
import { Relay, type RelayOptions } from '../../relay/relay.ts';
import { FailedTries } from '../../router/failed-tries.ts';
import { Turns } from '../../session/turns.ts';
import { formatAddress } from '../address.ts';
import { zlibCrc32 } from '../crc.ts';
import type { GatewayStatus } from '../status/lines.ts';
import { balancersOf } from './balancers.ts';
import type { Names } from './banner.ts';
import type { Certificates } from './certificates.ts';
import { type GatewayData, joinLinkFor, keepLink, openData } from './data.ts';
import { Doors } from './doors.ts';
import { linkAddress, localAddress } from './hosts.ts';
import { makeGate } from './make-gate.ts';
import { management } from './management.ts';
import { openCertificates } from './open-certificates.ts';
import type { ServeSettings } from './settings.ts';
import { certificateTelling, defectTelling, lookInto, overloadTelling, relayTelling } from './telling.ts';

/** Arenas kept for the next busy session: two a session, a few busy at once in one turn. */
const ARENAS_KEPT = 16;
/** Blocks of exchanges with something to say in one turn: a fresh one costs 128 KiB of zeroes and a share of a collection. */
const BLOCKS_KEPT = 64;

export interface GatewayParts {
  readonly settings: ServeSettings;
  readonly version: string;
  readonly log: Log;
  readonly limits: Limits;
  readonly vitals: Vitals;
}

/** What the gateway is made of, before it listens. */
interface Rooms {
  readonly reactor: Reactor;
  readonly metrics: Metrics;
  readonly data: GatewayData;
  readonly certificates: Certificates;
  readonly relay: Relay;
  readonly gate: Gate;
  readonly doors: Doors;
  /** Each kind of secret has a count of its own. */
  readonly tries: Readonly<Record<'agents' | 'passwords' | 'operators', Tries>>;
  readonly overload: OverloadWatch;
  grounds(): Grounds;
}

/** Opens everything and wires it; nothing listens yet. Throws what data and certificates throw. */
async function furnish({ settings, version, log, limits, vitals }: GatewayParts): Promise<Rooms> {
  const metrics = new Metrics();
  const software = `tunnelkit/${version}`;
  const bound = (limit: LimitName) => {
    metrics.limitsHit[limit] += 1;
  };
  const reactor = makeNodeReactor(limits, { bound, defect: defectTelling(log, metrics) });
  const newTries = () => new FailedTries(reactor.clock, limits, bound);
  const tries = { agents: newTries(), passwords: newTries(), operators: newTries() };
  const overload = new OverloadWatch(vitals, reactor.clock, limits, {
    changed: overloadTelling(log, metrics, vitals),
    // Who reads nothing holds the most, and an idle visitor misses least.
    shed: () => relay.relieve() || gate.shed() || relay.shed(),
  });
  const data = await openData(settings.dataDirectory, reactor.clock, limits);
  const certificates = await openCertificates({
    settings,
    limits,
    software,
    authority: data.authority,
    folder: data.files.acme,
    clock: reactor.clock,
    isLive: (host) => relay.destination(host).kind === 'live',
    event: certificateTelling(log, metrics, (name) => relay.retell(name)),
    say: (line) => log.info(line),
  });
  // Before the sessions' turns, so that what is deferred leaves with this turn's writes.
  const http = { limits, arenas: new Pool(BLOCK_BYTES, BLOCKS_KEPT), later: new Later(reactor) };
  const grounds = (): Grounds => ({
    domain: settings.domain,
    publicHost: settings.publicHost,
    httpPort: doors.address('http')?.port,
    httpsPort: doors.address('https')?.port,
    trusts: (host) => certificates.distrust(host) === undefined,
    outlook: (host) => outlookOf(certificates, host),
  });
  const relay: Relay = new Relay({
    session: sessionParts(reactor, limits, data.key, software),
    store: data.store,
    tries: tries.agents,
    overload,
    tcpPorts: settings.tcpPorts,
    grounds,
    openPort: (port, kind, destination) => doors.openPort(port, kind, destination),
    policiesFor: (request) => policiesFor(request, tries.passwords),
    prepare: (host, account) => certificates.prepare(host, account),
    event: relayTelling(log, metrics),
  });
  const gate: Gate = makeGate({
    reactor,
    limits,
    overload,
    settings,
    log,
    metrics,
    relay,
    certificates,
    https: () => doors.address('https'),
  });
  const networks = settings.proxyProtocolFrom;
  const balancers = balancersOf({ networks, clock: reactor.clock, limits, log, metrics });
  metrics.look = () => lookInto(metrics, relay, gate, certificates);
  const doors: Doors = new Doors(reactor, settings, new FrontDoor(gate, http), balancers);
  return { reactor, metrics, data, certificates, relay, gate, doors, tries, overload, grounds };
}

function sessionParts(reactor: Reactor, limits: Limits, key: SigningKey, software: string): RelayOptions['session'] {
  return {
    clock: reactor.clock,
    crypto: nodeCrypto,
    limits,
    arenas: new Pool(limits.linkArenaBytes, ARENAS_KEPT),
    key,
    software,
    crc32: zlibCrc32,
    turns: new Turns(reactor),
  };
}

/** Names of a gateway without anybody who gives certificates stay as they are: that is nothing to tell each time. */
function outlookOf({ giver, distrust, isComing }: Certificates, host: string) {
  if (giver === undefined) return {};
  return isComing(host) ? { coming: true } : { remark: distrust(host) };
}

/** A running gateway. */
export class Gateway {
  readonly #parts: GatewayParts;
  readonly #rooms: Rooms;
  readonly #startedAt: number;
  #admin: Admin | undefined;
  #state: 'starting' | 'ready' | 'draining' = 'starting';

  private constructor(parts: GatewayParts, rooms: Rooms) {
    this.#parts = parts;
    this.#rooms = rooms;
    this.#startedAt = rooms.reactor.clock.now();
  }

  /** Listens everywhere. Throws TK-4005 or TK-4006 naming the address, and what the data directory throws. */
  static async start(parts: GatewayParts): Promise<Gateway> {
    const rooms = await furnish(parts);
    const gateway = new Gateway(parts, rooms);
    await gateway.#open();
    return gateway;
  }

  async #open(): Promise<void> {
    const { data, relay, doors, certificates, metrics, tries, overload } = this.#rooms;
    const { settings, log, limits } = this.#parts;
    this.#admin = await makeAdmin({
      api: this.#management(),
      settings: data.store.settings,
      metrics,
      log,
      tries: tries.operators,
      limits,
      at: settings.admin,
      socket: data.socket,
    });
    try {
      await relay.load();
      await doors.open(certificates, () => overload.refusesHandshakes);
      await this.#keepLinks();
      certificates.start();
    } catch (error) {
      await this.#admin.close();
      throw error;
    }
    overload.start();
    this.#state = 'ready';
  }

  /** Tells of a defect, and counts it. */
  get defect(): Defect {
    return this.#rooms.reactor.defect;
  }

  /** Addresses as bound, and the first token's join link while it lives. */
  get addresses(): Readonly<Record<string, string>> {
    return {
      ...this.#rooms.doors.addresses(),
      agents: formatAddress(this.#rooms.doors.agents),
      admin: formatAddress(this.#admin!.address),
    };
  }

  get joinLink(): string | undefined {
    const { firstToken } = this.#rooms.data;
    return firstToken && this.#linkFor(firstToken);
  }

  names(): Names {
    const { certificates } = this.#rooms;
    const { giver } = certificates;
    const grounds = this.#rooms.grounds();
    const distrust = giver === undefined ? certificates.distrust(`name.${zoneOf(grounds)}`) : undefined;
    const hopeful = { ...grounds, trusts: () => distrust === undefined };
    return { url: webOrigin(hopeful, `NAME.${zoneOf(grounds)}`), distrust, giver };
  }

  get files(): GatewayData['files'] {
    return this.#rooms.data.files;
  }

  /** No new visitors and agents; what is under way ends within `graceMs`, the rest is cut. */
  async drain(graceMs: number): Promise<void> {
    const { doors, gate, relay, certificates, data, overload } = this.#rooms;
    this.#state = 'draining';
    // Orders would wait in vain: no authority finds us from here on. What there is, is shown to the end.
    certificates.close();
    // Whom the kernel has let in by now is let in: what waits for a listener that closes is reset.
    await new Promise(setImmediate);
    await doors.close();
    const visitors = gate.drain(graceMs);
    // The agents stay until the first requests of new connections are in.
    await this.#heads(visitors);
    await Promise.all([visitors, relay.drain(graceMs, this.#parts.settings.drainSpreadMs)]);
    overload.stop();
    await this.#admin?.close();
    await data.store.close();
  }

  /** Resolves once no visitor is left, or no new connection may still bring a request. */
  #heads(visitors: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { clock } = this.#rooms.reactor;
    const timer = clock.after(this.#parts.limits.drainHeadMs, resolve);
    void visitors.then(() => {
      timer.cancel();
      resolve();
    });
    return promise;
  }

  #linkFor(token: Token): string {
    return joinLinkFor(linkAddress(this.#parts.settings, this.#rooms.doors.agents), token, this.#rooms.data.key);
  }

  async #keepLinks(): Promise<void> {
    const { data, doors } = this.#rooms;
    const { firstToken, files } = data;
    await keepLink(files.joinLink, this.joinLink);
    await keepLink(files.localLink, firstToken && joinLinkFor(localAddress(doors.agents), firstToken, data.key));
  }

  #management() {
    const { data, relay, reactor } = this.#rooms;
    return management({
      data,
      relay,
      now: () => reactor.clock.wall(),
      ready: () => this.#state === 'ready',
      status: () => this.status(),
      linkFor: (token) => this.#linkFor(token),
      firstRevoked: async () => {
        await keepLink(data.files.joinLink, undefined);
        await keepLink(data.files.localLink, undefined);
      },
    });
  }

  status(): GatewayStatus {
    const { relay, gate, reactor, certificates, overload, metrics } = this.#rooms;
    const { vitals } = this.#parts;
    return {
      ...relay.status(),
      certificates: certificates.states(),
      version: this.#parts.version,
      uptimeMs: reactor.clock.now() - this.#startedAt,
      draining: this.#state === 'draining',
      visitors: gate.visitors,
      memory: { usedBytes: vitals.usedBytes(), limitBytes: vitals.limitBytes, state: overload.memory },
      late: overload.late,
      limitsHit: Object.fromEntries(Object.entries(metrics.limitsHit).filter(([, times]) => times > 0)),
      listeners: this.addresses,
    };
  }
}
