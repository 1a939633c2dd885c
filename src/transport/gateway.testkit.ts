// The least front door that links can arrive at. The program's own is in `ingress`, which this folder may not import.
import type { Limits } from '../contract/limits.ts';
import { ALPN_ANPX, type Link } from '../contract/link.ts';
import type { RequestHead } from '../contract/message.ts';
import type { Arena, Pipe } from '../contract/pipe.ts';
import type { Arrival, Certificate, Reactor } from '../contract/reactor.ts';
import { addressText } from './link.ts';
import { acceptTcp } from './tcp.ts';
import { acceptTls } from './tls.ts';
import { webSocketAcceptor } from './websocket-accept.ts';

export interface TestGateway {
  readonly port: number;
  /** The next link that arrives, or why an arrival became none. */
  next(): Promise<Link>;
  close(): Promise<void>;
}

/** With a certificate agents come by ALPN; without one, as `plain` says. */
export async function startGateway(
  reactor: Reactor,
  limits: Limits,
  certificate: Certificate | undefined,
  plain: 'tcp' | 'ws' = 'ws',
): Promise<TestGateway> {
  const acceptWebSocket = webSocketAcceptor(reactor.clock, limits);
  const arrived: Promise<Link>[] = [];
  const awaited: ((link: Promise<Link>) => void)[] = [];

  function onPipe(arrival: Arrival): void {
    const kind = certificate ? arrival.pipe.secure?.alpn : plain;
    if (kind === ALPN_ANPX) put(Promise.resolve(acceptTls(arrival)));
    else if (kind === 'tcp') put(Promise.resolve(acceptTcp(arrival)));
    else put(upgraded(arrival));
  }

  async function upgraded({ pipe, remote }: Arrival): Promise<Link> {
    const { head, initial } = await readHead(pipe);
    return acceptWebSocket({ pipe, head, initial, address: addressText(remote) });
  }

  function put(link: Promise<Link>): void {
    link.catch(() => {});
    const waiting = awaited.shift();
    if (waiting) waiting(link);
    else arrived.push(link);
  }

  const tls = certificate && { certificate: () => certificate, alpn: [ALPN_ANPX, 'http/1.1'] };
  const listener = await reactor.listen({ host: '127.0.0.1', port: 0 }, { tls }, onPipe);
  if (!('port' in listener.address)) throw new Error('listens at no port');
  return {
    port: listener.address.port,
    next: () => arrived.shift() ?? new Promise((resolve) => awaited.push(resolve)),
    close: async () => {
      await listener.close();
      for (const link of arrived) link.then((untaken) => untaken.reset()).catch(() => {});
    },
  };
}

/** A head of any legal form, split as the client likes; not strict, as nothing else is to be tested here. */
function readHead(pipe: Pipe): Promise<{ head: RequestHead; initial: Buffer }> {
  const arena: Arena = { bytes: Buffer.alloc(16_384), size: 16_384 };
  let length = 0;
  const { promise, resolve, reject } = Promise.withResolvers<{ head: RequestHead; initial: Buffer }>();
  pipe.owner = {
    writable() {},
    readable() {
      const count = pipe.read(arena, length, arena.size - length);
      if (count < 0) {
        pipe.reset();
        return reject(new Error(`no request: ${pipe.cause ?? 'end'}`));
      }
      length += count;
      const end = arena.bytes.subarray(0, length).indexOf('\r\n\r\n');
      if (end < 0) return undefined;
      pipe.want(false, false);
      const text = arena.bytes.subarray(0, end).toString('latin1');
      return resolve({ head: parseHead(text), initial: Buffer.from(arena.bytes.subarray(end + 4, length)) });
    },
  };
  pipe.want(true, false);
  return promise;
}

function parseHead(text: string): RequestHead {
  const [line = '', ...lines] = text.split('\r\n');
  const [method = '', path = ''] = line.split(' ');
  const pairs = lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]);
  const field = (wanted: string) => pairs.find(([name]) => name?.toLowerCase() === wanted)?.[1];
  const upgrade = field('upgrade')?.toLowerCase();
  return {
    kind: 'request',
    method,
    scheme: 'https',
    authority: field('host') ?? '',
    path,
    fields: pairs.filter(([name]) => !/^(host|upgrade|connection)$/i.test(name!)).flat() as string[],
    body: upgrade ? 'upgrade' : 'none',
    length: -1,
    upgrade,
    acceptsTrailers: false,
  };
}
