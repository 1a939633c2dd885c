// `tunnelkit status`: what the gateway on this machine is doing.
import type { RelayStatus } from '../relay/relay.ts';
import type { Command } from './command.ts';
import { gatewayOf } from './local-gateway.ts';
import { count, size } from './size.ts';

/** What `/status` answers. */
export interface GatewayStatus extends RelayStatus {
  readonly version: string;
  readonly uptimeMs: number;
  readonly draining: boolean;
  readonly visitors: number;
  readonly listeners: Readonly<Record<string, string>>;
}

export const command: Command = async (invocation) => {
  const { talk } = invocation;
  const status = (await gatewayOf(invocation)('GET', '/status')).body as GatewayStatus;
  talk.event('status', { ...status });
  const state = status.draining ? 'draining' : 'running';
  talk.result(
    `tunnelkit ${status.version}, ${state} for ${Math.round(status.uptimeMs / 1000)} s, ${count(status.visitors, 'visitor connection')}`,
  );
  for (const [name, address] of Object.entries(status.listeners)) talk.result(`  ${name.padEnd(6)} ${address}`);
  talk.result(count(status.sessions.length, 'agent'));
  for (const { account, address, transport, exposures, stats } of status.sessions) {
    const rtt = stats.rttMs === undefined ? '' : `, rtt ${Math.round(stats.rttMs)} ms`;
    talk.result(
      `  ${account} from ${address} over ${transport}${rtt}, ${count(stats.streams, 'stream')}, ${size(stats.bytesIn)} in, ${size(stats.bytesOut)} out`,
    );
    for (const url of exposures) talk.result(`    ${url}`);
  }
  return 0;
};
