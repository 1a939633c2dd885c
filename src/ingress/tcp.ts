import type { Destination, LiveDestination } from '../contract/exposure.ts';
import type { RequestHead } from '../contract/message.ts';
import type { Verdict, Visit } from '../contract/policy.ts';
import type { Arrival } from '../contract/reactor.ts';
import { STREAM_CODE } from '../contract/stream.ts';
import { addressOf } from './address.ts';
import type { Gate } from './gate.ts';
import { CountedPipe } from './pipe-through.ts';

/**
 * Visitors of TCP exposures: policies, a short wait for the agent, then their bytes belong to a stream.
 * Knows no protocol: whatever goes wrong the visitor sees a reset.
 */

/** What policies are asked about where there is no request. */
const NO_REQUEST: RequestHead = {
  kind: 'request',
  method: '',
  scheme: 'http',
  authority: '',
  path: '',
  fields: [],
  body: 'none',
  length: -1,
  upgrade: undefined,
  acceptsTrailers: false,
};

export function admitTcp(gate: Gate, arrival: Arrival, destination: () => Destination): void {
  const { pipe, remote } = arrival;
  if (!gate.enter()) {
    pipe.reset();
    return;
  }
  const counted = new CountedPipe(pipe, () => gate.leave());
  gate.guard(
    () => new TcpVisit(gate, counted, remote).start(destination()),
    () => counted.reset(),
  );
}

class TcpVisit {
  readonly #gate: Gate;
  readonly #pipe: CountedPipe;
  readonly #remote: Arrival['remote'];

  constructor(gate: Gate, pipe: CountedPipe, remote: Arrival['remote']) {
    this.#gate = gate;
    this.#pipe = pipe;
    this.#remote = remote;
  }

  start(destination: Destination): void {
    if (destination.kind === 'live') this.#open(destination);
    else if (destination.kind === 'away') {
      const forget = this.#gate.holds.hold(destination, (now) =>
        now === undefined ? this.#refuse() : this.#open(now),
      );
      if (forget === undefined) this.#refuse();
      else this.#whileWaiting(forget);
    } else this.#refuse();
  }

  /** A visitor that breaks off meanwhile is told of whatever is wanted; one that only ends its sending side waits on. */
  #whileWaiting(forget: () => void): void {
    this.#pipe.want(false, false);
    this.#pipe.owner = {
      readable: () => {
        forget();
        this.#refuse();
      },
      writable: () => {},
    };
  }

  #open(live: LiveDestination): void {
    const { host } = this.#remote;
    const visit: Visit = { head: NO_REQUEST, host: '', remote: this.#remote, visitorIp: host };
    this.#judge(live, visit, 0);
  }

  #judge(live: LiveDestination, visit: Visit, from: number): void {
    for (let i = from; i < live.policies.length; i += 1) {
      const verdict = live.policies[i]?.decide(visit);
      if (verdict === undefined || verdict.kind === 'pass') continue;
      if (verdict.kind === 'answer') this.#refuse();
      else this.#park(verdict, () => this.#judge(live, visit, i + 1));
      return;
    }
    const head = { kind: 'tcp', exposure: live.exposure, visitor: addressOf(this.#remote) } as const;
    if (live.opener.open(head, this.#pipe) === undefined) this.#refuse();
  }

  #park(verdict: Extract<Verdict, { kind: 'park' }>, pass: () => void): void {
    let left = false;
    this.#whileWaiting(() => {
      left = true;
    });
    const refuse = () => !left && this.#refuse();
    verdict.until.then((said) => {
      if (said.kind !== 'pass') refuse();
      else if (!left) this.#gate.guard(pass, refuse);
    }, refuse);
  }

  #refuse(): void {
    this.#pipe.reset(STREAM_CODE.unavailable);
  }
}
