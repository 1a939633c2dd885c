// Wires an agent: the reactor, the way to the gateway, the keys, and the voice. Shared by `expose` and `connect`.
import { setImmediate } from 'node:timers';

import { Agent } from '../../agent/agent.ts';
import type { AgentEvent } from '../../agent/events.ts';
import type { ExposureSpec } from '../../agent/exposures.ts';
import { interfaceAddresses } from '../../agent/wake.ts';
import type { Defect } from '../../contract/defect.ts';
import { TunnelError } from '../../contract/errors.ts';
import type { Limits } from '../../contract/limits.ts';
import type { Reactor } from '../../contract/reactor.ts';
import { Later } from '../../http/later.ts';
import { BLOCK_BYTES } from '../../http/output.ts';
import { nodeCrypto } from '../../identity/crypto.ts';
import { loadOrMakeKey, makeKey } from '../../identity/keys.ts';
import { pinOf } from '../../identity/pin.ts';
import { Pool } from '../../pipe/arena.ts';
import { makePair } from '../../pipe/memory/pair.ts';
import { makeNodeReactor } from '../../pipe/node/reactor.ts';
import { HELLO_RUN_BYTES } from '../../protocol/hello.ts';
import { Turns } from '../../session/turns.ts';
import type { Choice } from '../../transport/auto.ts';
import { makeTransport } from '../../transport/index.ts';
import type { Invocation } from '../command.ts';
import { zlibCrc32 } from '../crc.ts';
import { defectWords } from '../defects.ts';
import { agentFiles } from '../places.ts';
import { asTunnelError } from '../talk.ts';
import { type Credentials, rememberPin } from './credentials.ts';
import { Standing } from './standing.ts';

/** Idle arenas kept for the next busy session: one to read and one to write, twice over while sessions change. */
const ARENAS_KEPT = 4;
/** Blocks of exchanges with something to say in one turn: a fresh one costs 128 KiB of zeroes and a share of a collection. */
const BLOCKS_KEPT = 64;

export interface AgentRun {
  readonly credentials: Omit<Credentials, 'because'>;
  readonly transport: string;
  readonly insecure: boolean;
  readonly limits: Limits;
  readonly exposures: readonly ExposureSpec[];
  /** Wait for a gateway that is not there at first. */
  readonly patient: boolean;
  /** Keeps nothing: with a key of its own, and without remembering the gateway's. */
  readonly onlyLooks?: boolean;
  readonly tell: (event: AgentEvent) => void;
  readonly chose: (choice: Choice) => void;
}

export interface Runtime {
  readonly agent: Agent;
  readonly reactor: Reactor;
  readonly standing: Standing;
  /** Tells of a defect, and counts it. */
  readonly defect: Defect;
}

function transportFor(run: AgentRun, { env }: Pick<Invocation, 'env'>, reactor: Reactor) {
  if (run.transport === 'tcp' && !run.insecure) {
    throw new TunnelError('TK-5005', '--transport tcp is not encrypted: it needs --insecure, here and on the gateway.');
  }
  const made = makeTransport(run.transport, {
    reactor,
    limits: run.limits,
    insecure: run.insecure,
    environment: env,
    chose: run.chose,
  });
  if (!made) throw new TunnelError('TK-5005', `--transport ${run.transport} is not built yet.`);
  return made;
}

/** Throws what keys, targets and transports throw; starts nothing. */
export async function makeRuntime(
  run: AgentRun,
  invocation: Pick<Invocation, 'env' | 'talk' | 'version'>,
): Promise<Runtime> {
  const { credentials, limits } = run;
  const tell = (event: AgentEvent) => {
    standing.tell(event);
    run.tell(event);
  };
  const defect: Defect = (error) => tell({ type: 'defect', seen: defectWords(error) });
  const reactor = makeNodeReactor(limits, { defect });
  const standing = new Standing(() => reactor.clock.now());
  const transport = transportFor(run, invocation, reactor);
  // Before the sessions' turns, so that what is deferred leaves with this turn's writes.
  const http = { limits, arenas: new Pool(BLOCK_BYTES, BLOCKS_KEPT), later: new Later(reactor) };
  const key = run.onlyLooks ? makeKey() : await loadOrMakeKey(agentFiles(invocation.env).key);
  const agent = new Agent({
    dial: (signal) => transport.dial(credentials, signal),
    session: {
      clock: reactor.clock,
      crypto: nodeCrypto,
      limits,
      arenas: new Pool(limits.linkArenaBytes, ARENAS_KEPT),
      key,
      token: credentials.token,
      software: `tunnelkit/${invocation.version}`,
      run: nodeCrypto.random(HELLO_RUN_BYTES),
      turns: new Turns(reactor),
      ...(run.insecure ? { crc32: zlibCrc32 } : {}),
    },
    trust: {
      pin: credentials.pin,
      insecure: run.insecure,
      gatewayPin: pinOf,
      remember: (publicKey) => {
        if (run.onlyLooks) return;
        // The session goes on without: this process keeps the pin, the next one meets the gateway anew.
        rememberPin(credentials, pinOf(publicKey), invocation.env).catch((error: Error) =>
          invocation.talk.say(`warning: the key of the gateway could not be kept: ${asTunnelError(error).seen}`, {
            level: 'warn',
          }),
        );
      },
    },
    origins: {
      dial: (to, options) => reactor.dial(to, options),
      callDatagrams: (to) => reactor.callDatagrams(to),
      pair: () => makePair(setImmediate, undefined, defect),
      http,
    },
    exposures: run.exposures,
    random: Math.random,
    addresses: interfaceAddresses,
    patient: run.patient,
    tellRequests: true,
    tell,
  });
  return { agent, reactor, standing, defect };
}
