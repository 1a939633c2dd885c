// The gateway, wired: listeners → ingress and relay → sessions, over one reactor, with the operator's side beside it.
import { crc32 } from 'node:zlib';
import { type Admin, makeAdmin } from '../../admin/admin.ts';
import { limitValues } from '../../contract/limits.ts';
import type { Reactor } from '../../contract/reactor.ts';
import { Later } from '../../http/later.ts';
import { BLOCK_BYTES } from '../../http/output.ts';
import { nodeCrypto } from '../../identity/crypto.ts';
import type { Token } from '../../identity/token.ts';
import { policiesFor } from '../../ingress/policy/index.ts';
import type { Log } from '../../observe/log.ts';
import { Metrics } from '../../observe/metrics.ts';
import { Pool } from '../../pipe/arena.ts';
import { makeNodeReactor } from '../../pipe/node/reactor.ts';
import { Relay } from '../../relay/relay.ts';
import { Turns } from '../../session/turns.ts';
import { formatAddress, type HostPort } from '../address.ts';
import type { GatewayStatus } from '../status.ts';
import { type Certificates, openCertificates } from './certificates.ts';
import { type GatewayData, joinLinkFor, keepLink, openData } from './data.ts';
import { Doors } from './doors.ts';
import { linkAddress, localAddress } from './hosts.ts';
import { management } from './management.ts';
import type { ServeSettings } from './settings.ts';
import { relayTelling } from './telling.ts';

/** Arenas kept for the next busy session: two a session, a few busy at once in one turn. */
const ARENAS_KEPT = 16;

/** A running gateway. */
export class Gateway {
  readonly settings: ServeSettings;
  readonly data: GatewayData;
  readonly #version: string;
  readonly #certificates: Certificates;
  readonly #relay: Relay;
  readonly #doors: Doors;
  readonly #admin: Admin;
  readonly #startedAt: number;
  readonly #clock: Reactor['clock'];
  #draining = false;
}
