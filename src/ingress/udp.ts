import type { Destination, LiveDestination } from '../contract/exposure.ts';
import type { Verdict, Visit } from '../contract/policy.ts';
import type { DatagramSocket, HostPort, Listener } from '../contract/reactor.ts';
import { STREAM_CODE, type Stream } from '../contract/stream.ts';
import { Flow, type FlowBudget } from '../pipe/flow.ts';
import { addressOf } from './address.ts';
import type { Gate, Resident } from './gate.ts';
import { NO_REQUEST } from './no-request.ts';

/**
 * The port of one UDP exposure: what comes from one address is one flow, and has a stream of its own. Nobody is told anything: what is
 * not allowed, finds no room or no agent, is dropped and counted.
 */
export class UdpPort implements Listener {
  readonly #gate: Gate;
  readonly #socket: DatagramSocket;
  readonly #destination: () => Destination;
  readonly #flows = new Map<string, UdpFlow>();
  readonly #budget: FlowBudget;

  constructor(gate: Gate, socket: DatagramSocket, destination: () => Destination) {
    this.#gate = gate;
    this.#socket = socket;
    this.#destination = destination;
    this.#budget = { bytes: 0, bytesMax: gate.options.limits.udpQueueBytes };
    socket.onDrop = () => this.#dropped();
    socket.onMessage = (bytes, from) =>
      gate.guard(
        () => this.#heard(bytes, from),
        () => this.#dropped(),
      );
  }

  get address(): Listener['address'] {
    return this.#socket.address;
  }

  async close(): Promise<void> {
    for (const flow of [...this.#flows.values()]) flow.cut();
    this.#socket.close();
  }

  #heard(bytes: Buffer, from: HostPort): void {
    const { traffic } = this.#gate;
    traffic.datagramsIn += 1;
    traffic.bytesIn += bytes.length;
    const known = this.#flows.get(addressOf(from));
    if (known !== undefined) known.flow.arrived(bytes);
    else this.#begin(bytes, from);
  }

  #begin(bytes: Buffer, from: HostPort): void {
    const { limits, events } = this.#gate.options;
    const live = this.#destination();
    const full = this.#flows.size >= limits.udpFlows;
    if (full) events.bound('udpFlows');
    if (full || live.kind !== 'live' || !this.#gate.admits()) {
      this.#dropped();
      return;
    }
    const visit: Visit = { head: NO_REQUEST, host: '', remote: from, visitorIp: from.host };
    const park = parkedAt(live, visit);
    if (park === 'refused') {
      this.#dropped();
      return;
    }
    const key = addressOf(from);
    const made = new UdpFlow(this.#gate, key, this.#flowTo(from, key));
    if (!this.#gate.enter(made)) {
      made.cut();
      this.#dropped();
      return;
    }
    this.#flows.set(key, made);
    made.flow.arrived(bytes);
    made.start(live, visit, park);
  }

  #flowTo(to: HostPort, key: string): (over: () => void) => Flow {
    const { traffic, options } = this.#gate;
    const { limits, reactor } = options;
    return (over) =>
      new Flow({
        clock: reactor.clock,
        idleMs: limits.udpFlowIdleMs,
        datagramsMax: limits.udpFlowDatagrams,
        budget: this.#budget,
        send: (bytes) => {
          traffic.datagramsOut += 1;
          traffic.bytesOut += bytes.length;
          this.#socket.send(bytes, to);
        },
        dropped: (bound) => {
          if (bound !== undefined) options.events.bound(bound);
          this.#dropped();
        },
        over: () => {
          this.#flows.delete(key);
          over();
        },
      });
  }

  #dropped(): void {
    this.#gate.traffic.datagramsDropped += 1;
  }
}

type Park = Extract<Verdict, { kind: 'park' }>;

/** Asks the policies from `from` on: all let it pass, one refuses, or one wants time. */
function parkedAt(live: LiveDestination, visit: Visit, from = 0): 'passed' | 'refused' | readonly [Park, number] {
  for (let at = from; at < live.policies.length; at += 1) {
    const verdict = live.policies[at]?.decide(visit);
    if (verdict?.kind === 'answer') return 'refused';
    if (verdict?.kind === 'park') return [verdict, at + 1];
  }
  return 'passed';
}

class UdpFlow implements Resident {
  readonly flow: Flow;
  readonly #gate: Gate;
  readonly #visitor: string;
  #stream: Stream | undefined;

  constructor(gate: Gate, visitor: string, make: (over: () => void) => Flow) {
    this.#gate = gate;
    this.#visitor = visitor;
    this.flow = make(() => gate.leave(this));
  }

  /** Nothing says when a flow has said all: whoever stops does not wait for it. */
  drain(): void {
    this.cut();
  }

  cut(): void {
    if (this.#stream === undefined) this.flow.reset();
    else this.#stream.cancel(STREAM_CODE.unavailable);
  }

  /** While a policy takes its time, what comes waits in the flow. */
  start(live: LiveDestination, visit: Visit, stands: ReturnType<typeof parkedAt>): void {
    if (this.flow.cause !== undefined) return;
    if (stands === 'refused') this.cut();
    else if (stands === 'passed') this.#open(live);
    else {
      const [{ until }, next] = stands;
      const decided = (said: { readonly kind: string }) => {
        if (said.kind === 'pass') this.start(live, visit, parkedAt(live, visit, next));
        else this.cut();
      };
      until.then(
        (said) =>
          this.#gate.guard(
            () => decided(said),
            () => this.cut(),
          ),
        () => this.cut(),
      );
    }
  }

  #open(live: LiveDestination): void {
    const head = { kind: 'udp', exposure: live.exposure, visitor: this.#visitor } as const;
    this.#stream = live.opener.open(head, this.flow);
    if (this.#stream !== undefined) return;
    if (!this.#gate.draining) this.#gate.options.events.bound('sessionStreams');
    this.cut();
  }
}
