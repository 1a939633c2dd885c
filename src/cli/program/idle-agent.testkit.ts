// Sessions of agents as they stand idle, many in this process, and visits to them that are never answered.
import { limitValues } from '../../contract/limits.ts';
import type { Pipe } from '../../contract/pipe.ts';
import { STREAM_CODE, type StreamHead } from '../../contract/stream.ts';
import { nodeCrypto } from '../../identity/crypto.ts';
import type { JoinLink } from '../../identity/join-link.ts';
import { makeKey } from '../../identity/keys.ts';
import { Pool } from '../../pipe/arena.ts';
import { makeNodeReactor } from '../../pipe/node/reactor.ts';
import { Session, Turns } from '../../session/session.ts';
import { tlsTransport } from '../../transport/tls.ts';

const AT_ONCE = 25;

const limits = limitValues();
const reactor = makeNodeReactor(limits);
const shared = { clock: reactor.clock, crypto: nodeCrypto, limits, arenas: new Pool(limits.linkArenaBytes, 4) };
const turns = new Turns(reactor);
const transport = tlsTransport({ reactor, limits, insecure: false, environment: {}, chose: () => {} });

export const nameOf = (number: number) => `idle-${number}`;

/** Admitted, with one exposure, `nameOf(number)`; `opened` takes visits to it. */
export async function idleAgent(
  { host, port, token }: JoinLink,
  number: number,
  opened: (head: StreamHead) => Pipe | typeof STREAM_CODE.refused = () => STREAM_CODE.refused,
): Promise<Session> {
  const link = await transport.dial({ host, port }, new AbortController().signal);
  const { promise, resolve, reject } = Promise.withResolvers<Session>();
  const session: Session = new Session(link, {
    ...shared,
    turns,
    role: 'agent',
    key: makeKey(),
    token,
    software: 'idle',
    events: {
      established() {
        const exposure = { id: 1, kind: 'http', target: 'http://localhost:1', name: nameOf(number) } as const;
        const plain = { port: undefined, auth: undefined, allowIp: [], takeOver: false, pool: false };
        session.send({ type: 'expose', ...exposure, ...plain });
      },
      control: ({ type }) => (type === 'exposed' ? resolve(session) : reject(new Error(type))),
      opened,
      closed: ({ detail }) => reject(new Error(detail)),
    },
  });
  return promise;
}

/** `count` of them, some at once. */
export async function many<T>(count: number, make: (number: number) => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  while (all.length < count) {
    const most = Math.min(AT_ONCE, count - all.length);
    all.push(...(await Promise.all(Array.from({ length: most }, (_, index) => make(all.length + index)))));
  }
  return all;
}
