// Load balancers in front of the gateway: who they are, and what is told when one does not say whose connection it passes on.
import type { Clock } from '../../contract/clock.ts';
import { ERRORS, type ErrorCode } from '../../contract/errors.ts';
import type { Introduction, IntroductionFault } from '../../contract/introduction.ts';
import type { Limits } from '../../contract/limits.ts';
import type { HostPort } from '../../contract/reactor.ts';
import type { Log } from '../../observe/log.ts';
import type { Metrics } from '../../observe/metrics.ts';
import { seldom } from '../../observe/seldom.ts';
import { readHeader } from '../../proxy-protocol/header.ts';
import { Networks } from '../../router/networks.ts';

export interface BalancerParts {
  /** CIDR texts. */
  readonly networks: readonly string[];
  readonly clock: Clock;
  readonly limits: Limits;
  readonly log: Log;
  readonly metrics: Metrics;
}

const CODE: Readonly<Record<IntroductionFault, ErrorCode | undefined>> = {
  missing: 'TK-3018',
  late: 'TK-3018',
  malformed: 'TK-3019',
  unusable: 'TK-3019',
  checksum: 'TK-3019',
  long: 'TK-3019',
  cut: 'TK-3019',
  // No fault of its own; the limit is counted.
  crowd: undefined,
};

/** Undefined where there is no balancer: then nobody's word on an address counts. */
export function balancersOf({ networks, clock, limits, log, metrics }: BalancerParts): Introduction | undefined {
  if (networks.length === 0) return undefined;
  const balancers = new Networks(networks);
  // A balancer that does it wrong does so with each visitor.
  const isDue = seldom(() => clock.now(), 1);
  const tell = (code: ErrorCode, { host }: HostPort, why: IntroductionFault): void => {
    log[isDue() ? 'warn' : 'debug']({ code, balancer: host, why }, ERRORS[code].what);
  };
  return {
    isDueFrom: (host) => balancers.has(host),
    read: (bytes) => readHeader(bytes, limits.proxyHeaderBytes),
    refused: (from, why) => {
      const code = CODE[why];
      if (code === undefined) return;
      metrics.errors[code] += 1;
      tell(code, from, why);
    },
  };
}
