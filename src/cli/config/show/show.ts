// `tunnelkit config show`: the configuration as it is understood, without its secrets. Takes the options of `serve` and `connect`, as if they were run.
import { TunnelError } from '../../../contract/errors.ts';
import { Redactor } from '../../../observe/redactor.ts';
import { formatAddress } from '../../address.ts';
import { findCredentials } from '../../agent/credentials.ts';
import { agentSettings } from '../../agent/settings.ts';
import type { Command, Invocation } from '../../command.ts';
import { serveSettings } from '../../serve/settings.ts';
import { asTunnelError } from '../../talk.ts';
import { text } from '../../text.ts';
import { findConfig } from '../find.ts';
import { checkConfig, loadPlaced, type PlacedConfig } from '../load.ts';
import { asYaml } from './as-yaml.ts';
import { allSettings, type Setting } from './settings.ts';

export interface Shown {
  /** Undefined: there is none. */
  readonly file: string | undefined;
  /** Which gateway an agent would go to and why, or why to none. */
  readonly gateway: string;
  /** Cleaned of secrets. */
  readonly settings: readonly Setting[];
}

const redactor = new Redactor();

/** A value is looked at together with its key: some are secrets by their name. */
function cleaned(setting: Setting): Setting {
  if (setting.value === undefined) return setting;
  const key = String(setting.path.at(-1));
  const clean = redactor.cleanValue({ [key]: setting.value }) as Record<string, unknown>;
  return { ...setting, value: clean[key] };
}

async function gatewayOf({ options, env }: Pick<Invocation, 'options' | 'env'>, { config }: PlacedConfig) {
  const settings = agentSettings(options, env, config);
  // What comes from stdin is for whoever uses it.
  if (settings['token-file'] === '-') return 'its token comes from stdin';
  try {
    const credentials = await findCredentials(settings, env);
    return `${formatAddress(credentials)}: ${credentials.because}`;
  } catch (thrown) {
    return redactor.clean(asTunnelError(thrown).message);
  }
}

/** Throws what `serve` throws of the same options, file and environment: TK-5001, TK-5002. */
export async function shownConfig(invocation: Pick<Invocation, 'options' | 'env'>): Promise<Shown> {
  const { options, env } = invocation;
  const file = findConfig(text(options.config), env, process.cwd());
  const placed = file === undefined ? checkConfig('', '') : await loadPlaced(file);
  const settings = allSettings({ options, env, placed, file });
  serveSettings(options, placed.config.serve ?? {}, env);
  return { file, gateway: await gatewayOf(invocation, placed), settings: settings.map(cleaned) };
}

/** `width`: columns; without one there is no terminal. */
export function shownAsText(
  { file, gateway, settings }: Shown,
  origins: boolean,
  width = Number.POSITIVE_INFINITY,
): string {
  const head = [`# file: ${file ?? 'none'}`, ...(origins ? [`# gateway for agents: ${gateway}`] : [])];
  return [...head, asYaml(settings, { origins, width })].join('\n');
}

export const command: Command = async (invocation) => {
  const { options, talk } = invocation;
  if (options.action !== 'show') throw new TunnelError('TK-5005', `\`config\` takes show, not "${options.action}".`);
  const shown = await shownConfig(invocation);
  talk.event('config', { file: shown.file ?? null, gateway: shown.gateway });
  for (const { path, value, decidedBy, at } of shown.settings)
    talk.event('setting', { path: path.join('.'), value: value ?? null, decidedBy, at });
  talk.result(shownAsText(shown, options.origin === true, process.stdout.columns || undefined));
  return 0;
};
