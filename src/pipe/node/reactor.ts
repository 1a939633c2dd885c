// The reactor on Node's own sockets: works wherever Node does.
import type { Clock } from '../../contract/clock.ts';
import { type Defect, throwOn } from '../../contract/defect.ts';
import type { LimitName, Limits } from '../../contract/limits.ts';
import type { Pipe } from '../../contract/pipe.ts';
import type {
  Address,
  Arrival,
  DatagramCall,
  DatagramSocket,
  DialOptions,
  HostPort,
  Listener,
  ListenOptions,
  Reactor,
} from '../../contract/reactor.ts';
import { ClientContexts } from '../client-contexts.ts';
import { WheelClock } from '../clock.ts';
import { callDatagrams, datagrams } from './datagrams.ts';
import { dial } from './dial.ts';
import { listen } from './listen.ts';
import { Turn } from './turn.ts';

export interface NodeReactorOptions {
  /** So that several reactors share one wheel, or that waiting timers hold the process. */
  readonly clock?: Clock;
  /** Told when a limit made the reactor itself close a connection that nobody else has heard of. */
  readonly bound?: (limit: LimitName) => void;
  readonly defect?: Defect;
  /** How soon a reset is noticed by a pipe that does not read; a second, unless tests have no time. */
  readonly probeMs?: number;
}

const PROBE_MS = 1_000;

class NodeReactor implements Reactor {
  readonly name = 'node';
  readonly clock: Clock;
  readonly onTurn: (() => void)[];
  readonly defect: Defect;
  readonly #turn: Turn;
  readonly #contexts = new ClientContexts();

  constructor(limits: Limits, options: NodeReactorOptions) {
    const { clock, bound = () => {}, defect = throwOn, probeMs = PROBE_MS } = options;
    this.clock = clock ?? new WheelClock({ defect });
    this.defect = defect;
    this.#turn = new Turn(this.clock, limits, { bound, defect, probeMs });
    this.onTurn = this.#turn.onTurn;
  }

  schedule(): void {
    this.#turn.schedule();
  }

  listen(at: Address, options: ListenOptions, onPipe: (arrival: Arrival) => void): Promise<Listener> {
    return listen(this.#turn, at, options, onPipe);
  }

  datagrams(at: HostPort): Promise<DatagramSocket> {
    return datagrams(at);
  }

  callDatagrams(to: HostPort): DatagramCall {
    return callDatagrams(to);
  }

  dial(to: Address, options: DialOptions): Pipe {
    return dial(this.#turn, this.#contexts, to, options);
  }
}

export function makeNodeReactor(limits: Limits, options: NodeReactorOptions = {}): Reactor {
  return new NodeReactor(limits, options);
}
