import type { Destination, LiveDestination } from '../contract/exposure.ts';
import type { Verdict, Visit } from '../contract/policy.ts';
import type { Arrival } from '../contract/reactor.ts';
import { STREAM_CODE, type Stream } from '../contract/stream.ts';
import { addressOf } from './address.ts';
import type { Gate, Resident } from './gate.ts';
import { NO_REQUEST } from './no-request.ts';
import { CountedPipe } from './pipe-through.ts';

/**
 * Visitors of TCP exposures: policies, a short wait for the agent, then their bytes belong to a stream.
 * Knows no protocol: whatever goes wrong the visitor sees a reset.
 */

export function admitTcp(gate: Gate, arrival: Arrival, destination: () => Destination): void {
  const visit = new TcpVisit(gate, arrival);
  if (!gate.enter(visit)) {
    arrival.pipe.reset();
    return;
  }
  gate.guard(
    () => visit.start(destination()),
    () => visit.cut(),
  );
}

class TcpVisit implements Resident {
  readonly #gate: Gate;
  readonly #pipe: CountedPipe;
  readonly #remote: Arrival['remote'];
  #stream: Stream | undefined;

  constructor(gate: Gate, { pipe, remote }: Arrival) {
    this.#gate = gate;
    this.#pipe = new CountedPipe(pipe, gate.traffic, () => gate.leave(this));
    this.#remote = remote;
  }

  /** A stream has no end that could be waited for better than the grace does. */
  drain(): void {}

  /** A pipe that a stream owns is the stream's to reset. */
  cut(): void {
    if (this.#stream === undefined) this.#pipe.reset(STREAM_CODE.unavailable);
    else this.#stream.cancel(STREAM_CODE.unavailable);
  }

  start(destination: Destination): void {
    if (!this.#gate.admits()) this.cut();
    else if (destination.kind === 'live') this.#open(destination);
    else if (destination.kind === 'away') {
      const forget = this.#gate.holds.hold(destination, (now) => (now === undefined ? this.cut() : this.#open(now)));
      if (forget === undefined) this.cut();
      else this.#whileWaiting(forget);
    } else this.cut();
  }

  /** A visitor that breaks off meanwhile is told of whatever is wanted; one that only ends its sending side waits on. */
  #whileWaiting(forget: () => void): void {
    this.#pipe.want(false, false);
    this.#pipe.owner = {
      readable: () => {
        forget();
        this.cut();
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
      if (verdict.kind === 'answer') this.cut();
      else this.#park(verdict, () => this.#judge(live, visit, i + 1));
      return;
    }
    const head = { kind: 'tcp', exposure: live.exposure, visitor: addressOf(this.#remote) } as const;
    this.#stream = live.opener.open(head, this.#pipe);
    if (this.#stream !== undefined) return;
    if (!this.#gate.draining) this.#gate.options.events.bound('sessionStreams');
    this.cut();
  }

  #park(verdict: Extract<Verdict, { kind: 'park' }>, pass: () => void): void {
    let left = false;
    this.#whileWaiting(() => {
      left = true;
    });
    const refuse = () => !left && this.cut();
    verdict.until.then((said) => {
      if (said.kind !== 'pass') refuse();
      else if (!left) this.#gate.guard(pass, refuse);
    }, refuse);
  }
}
