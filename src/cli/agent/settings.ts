// What an agent runs with, and what each of its exposures is, where nobody says otherwise.
import { LIMITS } from '../../contract/limits.ts';
import type { Environment } from '../command.ts';
import { type Rules, resolve } from '../config/resolve.ts';
import type { Config, ExposureConfig } from '../config/schema.ts';
import type { Options } from '../parse.ts';

export type AgentConfig = Pick<Config, 'gateway' | 'token-file' | 'transport' | 'insecure'>;

export const AGENT_RULES = {
  gateway: { variable: 'TUNNELKIT_GATEWAY' },
  'token-file': { variable: 'TUNNELKIT_TOKEN_FILE' },
  transport: { fallback: () => 'auto' },
  insecure: { fallback: () => false },
} as const satisfies Rules<AgentConfig>;

/** `config`: the whole file, of which only these keys count. */
export function agentSettings(options: Options, env: Environment, config: Config) {
  return resolve(AGENT_RULES, { options, env, file: config as AgentConfig }).values;
}

export type AgentSettings = ReturnType<typeof agentSettings>;

export const EXPOSURE_RULES = {
  target: {},
  name: {},
  port: {},
  auth: {},
  'allow-ip': { fallback: () => [] },
  'host-header': { fallback: () => 'preserve' },
  'send-proxy-protocol': {},
  'origin-timeout': { fallback: () => LIMITS.originHeadMs.value / 1_000 },
  hidden: { fallback: () => false },
  'take-over': { fallback: () => false },
  pool: { fallback: () => false },
} as const satisfies Rules<ExposureConfig>;
