// `tunnelkit status`: what the gateway on this machine and the agents of this user are doing.
import { TunnelError } from '../../contract/errors.ts';
import { limitValues } from '../../contract/limits.ts';
import type { Command, Environment, Invocation } from '../command.ts';
import { gatewayOf } from '../local-gateway.ts';
import { runtimeDirectories } from '../places.ts';
import { agentLines } from './agent-lines.ts';
import { askAgents } from './agents.ts';
import { resultWidth } from './layout.ts';
import { type GatewayStatus, gatewayLines } from './lines.ts';

/** Undefined: none runs here. Rejects when the one that was named by its directory does not. */
async function askedGateway(invocation: Invocation): Promise<GatewayStatus | undefined> {
  try {
    return (await gatewayOf(invocation)('GET', '/status')).body as GatewayStatus;
  } catch (error) {
    const named = invocation.options['data-dir'] !== undefined;
    if (!named && error instanceof TunnelError && error.code === 'TK-5006') return undefined;
    throw error;
  }
}

/** `directories`: where agents are looked for. */
export const statusFrom =
  (directories: (env: Environment) => readonly string[]): Command =>
  async (invocation) => {
    const { talk, env } = invocation;
    const [gateway, agents] = await Promise.all([
      askedGateway(invocation),
      askAgents(directories(env), limitValues().statusAnswerMs),
    ]);
    if (gateway === undefined && agents.length === 0) throw new TunnelError('TK-5008', '');
    talk.event('status', { gateway: gateway ?? null, agents });
    const width = resultWidth();
    const blocks = [
      ...(gateway ? [gatewayLines(gateway, width)] : []),
      ...agents.map((agent) => agentLines(agent, width)),
    ];
    talk.result(blocks.map((lines) => lines.join('\n')).join('\n\n'));
    return 0;
  };

export const command: Command = statusFrom(runtimeDirectories);
