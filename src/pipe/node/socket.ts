// What every socket of the Node reactor is made with, and how addresses are written.
import type { AddressInfo } from 'node:net';
import type { Address } from '../../contract/reactor.ts';

/**
 * Half-open: the FIN of one side says nothing of the other's. No delay: the reactor gathers writes itself. Keep-alive of the
 * kernel finds hosts that vanished without a word. The mark is low because pipes bound their queues themselves: it only says
 * how much more Node takes in while a pipe is paused.
 */
export const SOCKET_OPTIONS = {
  allowHalfOpen: true,
  noDelay: true,
  keepAlive: true,
  keepAliveInitialDelay: 60_000,
  highWaterMark: 4_096,
} as const;

/**
 * Of connections that this side makes. Origins are near: what asks them oftener costs no radio its sleep, and a reset that got lost on the
 * way is found out sooner. Links have heartbeats of their own, which come first.
 */
export const DIALLED_SOCKET_OPTIONS = { ...SOCKET_OPTIONS, keepAliveInitialDelay: 15_000 } as const;

/** IPv4 that came through a dual-stack listener is given as plain IPv4 (RFC 4291 §2.5.5.2). */
export function plainHost(host: string | undefined): string {
  return host?.startsWith('::ffff:') && host.includes('.') ? host.slice('::ffff:'.length) : (host ?? '');
}

export function boundAddress(bound: AddressInfo | string | null, asked: Address): Address {
  if (bound === null || typeof bound === 'string') return asked;
  return { host: bound.address, port: bound.port };
}
