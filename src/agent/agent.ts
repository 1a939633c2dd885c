import { TunnelError } from '../contract/errors.ts';
import type { Limits } from '../contract/limits.ts';
import type { Link } from '../contract/link.ts';
import type { Goaway } from '../protocol/goaway.ts';
import type { SessionStats } from '../session/session-options.ts';
import { Backoff } from './backoff.ts';
import type { AgentEvent } from './events.ts';
import { type Exposure, type ExposureSpec, Exposures } from './exposures.ts';
import { GatewaySession, type SessionParts } from './gateway-session.ts';
import { GatewayCheck, type GatewayTrust } from './gateway-trust.ts';
import { makeOrigin } from './origin/index.ts';
import { introducer } from './origin/introduce.ts';
import type { Meter } from './origin/meter.ts';
import type { OriginParts } from './origin/origin.ts';
import { isLasting, Refusals } from './refusals.ts';
import { judge, type Parting, type Verdict } from './verdict.ts';
import { Wake } from './wake.ts';

export interface AgentOptions {
  /** Makes a link; rejects with an error whose code says why (TunnelError). The signal ends it. */
  readonly dial: (signal: AbortSignal) => Promise<Link>;
  readonly session: SessionParts;
  readonly trust: GatewayTrust;
  readonly origins: Pick<OriginParts, 'dial' | 'callDatagrams' | 'pair' | 'http'>;
  readonly exposures: readonly ExposureSpec[];
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** This machine's addresses in one text: `interfaceAddresses`. */
  readonly addresses: () => string;
  /** Waits for a gateway that is not there at first (`connect`); otherwise a failed first attempt is the end (`expose`). */
  readonly patient: boolean;
  /** Tell of each HTTP exchange too. */
  readonly tellRequests: boolean;
  readonly tell: (event: AgentEvent) => void;
}

const LEAVING: Goaway = { code: 'draining', permanent: false, comeBackInMs: 0, seen: '' };

/**
 * Keeps one session with a gateway, for ever: dials, announces the exposures, comes back after every loss, and stops only when
 * told to or refused for good. While a gateway drains, the next session is made beside the old one, whose streams go on.
 */
export class Agent {
  readonly #options: AgentOptions;
  readonly #limits: Limits;
  readonly #backoff: Backoff;
  readonly #check: GatewayCheck;
  readonly #exposures: Exposures;
  readonly #wake: Wake;
  readonly #halt = new AbortController();
  readonly #sessions = new Set<GatewaySession>();
  readonly #refusals: Refusals;
  #current: GatewaySession | undefined;
  /** Ends what is being waited for: the dial, or the pause before it. The next attempt then comes at once. */
  #hurry: (() => void) | undefined;
  #hurried = false;
  /** When the machine woke or moved last, until an attempt has come of it. */
  #wokeAt = Number.NEGATIVE_INFINITY;
  #admittedOnce = false;
  #allRefused: TunnelError | undefined;
  #running: Promise<TunnelError | undefined> | undefined;
  #sessionsGone: (() => void) | undefined;

  /** Throws what making an origin throws (TK-2008). */
  constructor(options: AgentOptions) {
    const { session, random } = options;
    this.#options = options;
    this.#limits = session.limits;
    this.#backoff = new Backoff(session.clock, session.limits, random);
    this.#check = new GatewayCheck(options.trust, session.clock);
    this.#wake = new Wake(session.clock, session.limits, options.addresses, () => this.#woke());
    this.#refusals = new Refusals(session.clock, (exposure) => this.#current?.announce(exposure));
    this.#exposures = new Exposures((spec, meter) => this.#originFor(spec, meter));
    this.#exposures.set(options.exposures);
  }

  /** Of the session that is there now. */
  get stats(): SessionStats | undefined {
    return this.#current?.stats;
  }

  /** What is published, or is to be, with what has passed through it. */
  get exposures(): Iterable<Pick<Exposure, 'spec' | 'meter'>> {
    return this.#exposures;
  }

  /** Resolves when it is over: with nothing after `stop`, or with the error that ended it, whose code says the exit status. */
  run(): Promise<TunnelError | undefined> {
    this.#running ??= this.#run();
    return this.#running;
  }

  /** From now on these are published. Only what changed is withdrawn and announced. */
  setExposures(specs: readonly ExposureSpec[]): void {
    const { added, removed } = this.#exposures.set(specs);
    for (const exposure of removed) {
      this.#refusals.forget(exposure);
      for (const session of this.#sessions) session.withdraw(exposure);
    }
    if (!this.#current?.established) return;
    for (const exposure of added) this.#current.announce(exposure);
  }

  /** Says goodbye, lets open streams end within `graceMs`, then ends the rest. A second call may shorten the grace. */
  async stop(graceMs: number): Promise<void> {
    this.#halt.abort();
    this.#hurry?.();
    for (const session of this.#sessions) session.leave(LEAVING);
    const timer = this.#options.session.clock.after(graceMs, () => this.#closeAll());
    await this.#running;
    timer.cancel();
  }

  async #run(): Promise<TunnelError | undefined> {
    this.#wake.start();
    const error = await this.#loop();
    this.#wake.stop();
    this.#refusals.clear();
    if (error) this.#closeAll();
    await this.#allGone();
    for (const { origin } of this.#exposures) origin.close();
    return error;
  }

  async #loop(): Promise<TunnelError | undefined> {
    for (let first = true; !this.#halt.signal.aborted; first = false) {
      this.#options.tell({ type: 'connecting' });
      this.#hurried = false;
      const parting = await this.#attempt();
      if (this.#halt.signal.aborted) break;
      if (this.#allRefused) return this.#allRefused;
      if (this.#hurried) continue;
      const verdict = judge(parting, this.#admittedOnce, first && !this.#options.patient);
      this.#admittedOnce ||= parting.admitted;
      this.#tellVerdict(verdict, parting);
      if (verdict.kind === 'stop') return verdict.error;
      await this.#pause(verdict.comeBackInMs);
    }
    return undefined;
  }

  /** Dials, and stays with the session until it ends or drains. */
  async #attempt(): Promise<Parting> {
    const dialing = new AbortController();
    this.#hurry = () => dialing.abort();
    try {
      return await this.#serve(await this.#options.dial(dialing.signal));
    } catch (error) {
      return { error, detail: '', verified: false, admitted: false };
    }
  }

  #serve(link: Link): Promise<Parting> {
    const { promise, resolve } = Promise.withResolvers<Parting>();
    const { clock } = this.#options.session;
    const linkedAt = clock.now();
    const part = (parting: Pick<Parting, 'cause' | 'detail' | 'goaway'>) => {
      if (this.#current === session) this.#current = undefined;
      resolve({ ...parting, distrust: session.distrust, verified: session.verified, admitted: session.established });
    };
    const session = new GatewaySession(link, this.#options.session, this.#check, {
      established: ({ publicHost }) => {
        this.#backoff.admitted();
        this.#refusals.clear();
        const handshakeMs = clock.now() - linkedAt;
        this.#options.tell({ type: 'connected', transport: link.peer.transport, handshakeMs, publicHost });
        for (const exposure of this.#exposures) session.announce(exposure);
      },
      exposed: ({ spec }, grant) => this.#options.tell({ type: 'exposed', exposure: spec, grant }),
      refused: (exposure, code, seen) => this.#refuse(session, exposure, new TunnelError(code, seen)),
      draining: (goaway) => part({ cause: 'draining', detail: goaway.seen, goaway }),
      closed: (end) => {
        this.#sessions.delete(session);
        if (this.#sessions.size === 0) this.#sessionsGone?.();
        part(end);
      },
    });
    this.#sessions.add(session);
    this.#current = session;
    this.#hurry = () => {
      if (!session.established) session.close();
    };
    if (this.#halt.signal.aborted) session.close(LEAVING);
    return promise;
  }

  /** One exposure was refused. When all are, for reasons that last, there is nothing left to run for. */
  #refuse(session: GatewaySession, exposure: Exposure, error: TunnelError): void {
    // What a session that is being left loses, its successor has taken.
    if (session !== this.#current) return;
    const { code, seen } = error;
    this.#options.tell({ type: 'refused', exposure: exposure.spec, code, seen, permanent: isLasting(code) });
    this.#refusals.add(exposure, code, this.#options.random() * this.#limits.retryCeilingMs);
    if (this.#refusals.lasting < this.#exposures.size) return;
    this.#allRefused = error;
    session.close(LEAVING);
  }

  #tellVerdict(verdict: Verdict, parting: Parting): void {
    const { code, seen } = verdict.error;
    const permanent = verdict.kind === 'stop';
    if (permanent && code === 'TK-1008') this.#options.tell({ type: 'replaced' });
    else if (parting.distrust || parting.goaway?.permanent) {
      this.#options.tell({ type: 'refused', exposure: undefined, code, seen, permanent });
    } else if (!permanent) this.#options.tell({ type: 'lost', code, cause: seen });
  }

  #pause(comeBackInMs: number | undefined): Promise<void> {
    const inMs = this.#pauseMs(comeBackInMs);
    this.#options.tell({ type: 'retrying', inMs });
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#options.session.clock.after(inMs, resolve);
    this.#hurry = () => {
      timer.cancel();
      resolve();
    };
    return promise;
  }

  /** Nobody else lost a link because this machine woke: then there is no herd to keep out of. */
  #pauseMs(comeBackInMs: number | undefined): number {
    if (comeBackInMs) return this.#backoff.after(comeBackInMs);
    const inMs = this.#backoff.next();
    const woke = this.#options.session.clock.now() - this.#wokeAt <= 2 * this.#limits.wakeProbeMs;
    this.#wokeAt = Number.NEGATIVE_INFINITY;
    return woke ? 0 : inMs;
  }

  /** The machine slept or moved: an admitted session must show life, anything else begins anew at once. */
  #woke(): void {
    if (this.#current?.established) {
      this.#wokeAt = this.#options.session.clock.now();
      this.#current.probe(this.#limits.wakeProbeMs);
    } else {
      this.#hurried = true;
      this.#hurry?.();
    }
  }

  #closeAll(): void {
    for (const session of [...this.#sessions]) session.close(LEAVING);
  }

  #allGone(): Promise<void> {
    if (this.#sessions.size === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#sessionsGone = resolve;
    return promise;
  }

  #originFor(spec: ExposureSpec, meter: Meter): ReturnType<typeof makeOrigin> {
    const { session, origins, tellRequests, tell } = this.#options;
    const { clock, limits } = session;
    const ended = tellRequests
      ? (exchange: object) => tell({ type: 'request', exposure: spec, ...exchange } as AgentEvent)
      : undefined;
    const bounds = spec.originTimeoutMs === undefined ? limits : { ...limits, originHeadMs: spec.originTimeoutMs };
    return makeOrigin(spec.target.place, {
      ...origins,
      clock,
      limits: bounds,
      hostHeader: spec.hostHeader,
      introduce: introducer(spec.sendProxyProtocol),
      hidden: spec.hidden,
      meter,
      ended,
    });
  }
}
