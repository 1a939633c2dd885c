// Incoming connections: TCP and Unix sockets, and TLS over them, handed in once they are introduced and their handshake is done.
import { createServer, type ListenOptions as NodeListenOptions, type Server, type Socket } from 'node:net';
import type { Address, Arrival, HostPort, Listener, ListenOptions, ListenTls } from '../../contract/reactor.ts';
import { introduce, introducedAs } from '../introduced-pipe.ts';
import { Introductions } from '../introductions.ts';
import { Handshakes } from './handshakes.ts';
import { introduceSocket } from './introduced-socket.ts';
import { NodePipe } from './pipe.ts';
import { TlsFacts } from './secure.ts';
import { adopt, sharedRead } from './shared-read.ts';
import { boundAddress, plainHost, SOCKET_OPTIONS } from './socket.ts';
import type { Turn } from './turn.ts';

/** The kernel bounds it by `net.core.somaxconn`, 4,096 on Linux. */
const BACKLOG = 4_096;

/** Takes one accepted connection on. */
type Receive = (accepted: Socket) => void;

/** Rejects with the system's error, whose `code` is EADDRINUSE, EACCES, … */
export function listen(
  turn: Turn,
  at: Address,
  { tls, introduction }: ListenOptions,
  onPipe: (arrival: Arrival) => void,
): Promise<Listener> {
  const introductions = introduction && new Introductions(introduction, turn);
  const hand = handing(turn, onPipe);
  const receive = tls === undefined ? plainly(turn, introductions, hand) : securely(turn, tls, introductions, hand);
  return bind(createServer({ ...SOCKET_OPTIONS, pauseOnConnect: tls === undefined }, receive), at);
}

function bind(server: Server, at: Address): Promise<Listener> {
  const { promise, resolve, reject } = Promise.withResolvers<Listener>();
  // Afterwards too: a failed accept (no descriptors left) is no reason to end.
  server.on('error', reject);
  const place: NodeListenOptions = 'path' in at ? { path: at.path } : { host: at.host, port: at.port };
  server.listen({ ...place, backlog: BACKLOG }, () => {
    resolve({ address: boundAddress(server.address(), at), close: () => closeServer(server) });
  });
  return promise;
}

/** Node's own callback waits for every connection to end; the listening socket itself is closed at once. */
function closeServer(server: Server): Promise<void> {
  server.close();
  return new Promise((closed) => setImmediate(closed));
}

/** What it throws ends the connection that was handed to it, and nothing else. */
function handing(turn: Turn, onPipe: (arrival: Arrival) => void): (arrival: Arrival) => void {
  return (arrival) => {
    try {
      onPipe(arrival);
    } catch (error) {
      turn.defect(error);
      arrival.pipe.reset();
    }
  };
}

function endsOf(raw: Socket): Pick<Arrival, 'remote' | 'local'> {
  return {
    remote: { host: plainHost(raw.remoteAddress), port: raw.remotePort ?? 0 },
    local: { host: plainHost(raw.localAddress), port: raw.localPort ?? 0 },
  };
}

function plainly(turn: Turn, introductions: Introductions | undefined, onPipe: (arrival: Arrival) => void): Receive {
  return (accepted) => {
    const onread = sharedRead(turn.readBuffer, (bytes, count) => pipe.arrived(bytes, count));
    const raw = adopt(accepted, onread);
    const pipe = new NodePipe(turn, raw, raw);
    pipe.connected(undefined);
    const arrival = { pipe, ...endsOf(raw) };
    if (introductions?.areDueFrom(arrival.remote)) introduce(introductions, arrival, onPipe);
    else onPipe(arrival);
  };
}

function securely(
  turn: Turn,
  tls: ListenTls,
  introductions: Introductions | undefined,
  onPipe: (arrival: Arrival) => void,
): Receive {
  const handshakes = new Handshakes(turn, tls);
  return (raw) => {
    const ends = endsOf(raw);
    const shake = (visitor: HostPort | undefined): void =>
      handshakes.begin(raw, (secured) => {
        const pipe = new NodePipe(turn, raw, secured);
        pipe.connected(new TlsFacts(secured, typeof secured.servername === 'string' ? secured.servername : undefined));
        onPipe(introducedAs(visitor, { pipe, ...ends }));
      });
    raw.on('error', () => raw.destroy());
    if (introductions?.areDueFrom(ends.remote)) introduceSocket(introductions, raw, ends.remote, shake);
    else shake(undefined);
  };
}
