import { stat } from 'node:fs/promises';
import { type ErrorCode, TunnelError } from '../contract/errors.ts';
import type { Limits } from '../contract/limits.ts';
import type { PipeCause } from '../contract/pipe.ts';
import type { Reactor } from '../contract/reactor.ts';
import type { ExposureSpec } from './exposures.ts';
import { introducer } from './origin/introduce.ts';

const CAUSE_CODE: Readonly<Record<PipeCause, ErrorCode>> = {
  refused: 'TK-2001',
  unreachable: 'TK-2002',
  dns: 'TK-2002',
  timeout: 'TK-2003',
  tls: 'TK-2004',
  reset: 'TK-2005',
  truncated: 'TK-2005',
  malformed: 'TK-2005',
  defect: 'TK-9001',
  local: 'TK-2002',
};

/**
 * Is the origin there? Connects (with TLS where it is asked for) and says at most that it is nobody's connection. Undefined: it is, or (UDP) nobody can tell. Otherwise the fault, with
 * a code of the 2xxx block: `--require-origin` ends the program with it, the screen tells it as a hint.
 */
export async function probeOrigin(
  { target, sendProxyProtocol }: Pick<ExposureSpec, 'target' | 'sendProxyProtocol'>,
  reactor: Pick<Reactor, 'dial'>,
  limits: Limits,
): Promise<TunnelError | undefined> {
  const { place } = target;
  if (place.type === 'directory') {
    const found = await stat(place.path).catch(() => undefined);
    return found?.isDirectory() ? undefined : new TunnelError('TK-2008', `${place.path}.`);
  }
  // Nothing answers a question that is not its own protocol's, and an ICMP message may never come.
  if (place.type === 'udp') return undefined;
  const tls = place.type === 'http' && place.tls ? { ...place.tls, alpn: ['http/1.1'] } : undefined;
  const preamble = introducer(sendProxyProtocol)?.('');
  const pipe = reactor.dial(place.at, { tls, preamble, timeoutMs: limits.originConnectMs });
  const cause = await new Promise<PipeCause | undefined>((settle) => {
    pipe.owner = { readable: () => settle(pipe.cause), writable: () => settle(undefined) };
    pipe.want(false, true);
  });
  pipe.end();
  pipe.close();
  return cause && new TunnelError(CAUSE_CODE[cause], `${target.text}: ${cause}.`);
}
