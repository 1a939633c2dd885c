// The configuration as `serve` and `connect` understand it: every setting with its value and who decided it. Decides nothing itself.
import { AGENT_RULES, type AgentConfig, EXPOSURE_RULES } from '../../agent/settings.ts';
import type { Environment } from '../../command.ts';
import { connect } from '../../commands/connect.ts';
import type { OptionRow } from '../../commands/row.ts';
import { serve } from '../../commands/serve.ts';
import type { Options } from '../../parse.ts';
import { SERVE_RULES } from '../../serve/settings.ts';
import type { Path } from '../document.ts';
import type { PlacedConfig } from '../load.ts';
import { type Resolution, type Rules, resolve, type Source } from '../resolve.ts';

export interface Setting {
  readonly path: Path;
  /** Undefined: nobody gives one, and there is no default. */
  readonly value: unknown;
  readonly decidedBy: Source;
  /** The option, the variable, or `file:line:column`; empty where there is nothing to point at. */
  readonly at: string;
}

export interface Considered {
  /** As for `serve` or `connect`: each takes the options of its own. */
  readonly options: Options;
  readonly env: Environment;
  readonly placed: PlacedConfig;
  /** Undefined: there is no file. */
  readonly file: string | undefined;
}

const only = (options: Options, rows: readonly OptionRow[]): Options =>
  Object.fromEntries(rows.map(({ name }) => [name, options[name]]));

function settingsOf<C extends object, R extends Rules<C>>(
  rules: R,
  { values, decidedBy }: Resolution<C, R>,
  under: Path,
  { placed, file }: Considered,
): Setting[] {
  return (Object.keys(rules) as (keyof C & keyof R & string)[]).map((key) => {
    const path = [...under, key];
    const { line, column } = placed.locate(path);
    const at: Record<Source, string> = {
      flag: `--${key}`,
      variable: (rules[key] as { readonly variable?: string }).variable ?? '',
      file: `${file}:${line}:${column}`,
      default: '',
      none: '',
    };
    return { path, value: values[key], decidedBy: decidedBy[key], at: at[decidedBy[key]] };
  });
}

/** Of the agent, its exposures, and the gateway, in this order. */
export function allSettings(considered: Considered): readonly Setting[] {
  const { options, env, placed } = considered;
  const { config } = placed;
  const agent = resolve(AGENT_RULES, { options: only(options, connect.options), env, file: config as AgentConfig });
  const exposures = (config.exposures ?? []).flatMap((exposure, at) =>
    settingsOf(
      EXPOSURE_RULES,
      resolve(EXPOSURE_RULES, { options: {}, env, file: exposure }),
      ['exposures', at],
      considered,
    ),
  );
  const gateway = resolve(SERVE_RULES, { options: only(options, serve.options), env, file: config.serve ?? {} });
  return [
    ...settingsOf(AGENT_RULES, agent, [], considered),
    ...exposures,
    ...settingsOf(SERVE_RULES, gateway, ['serve'], considered),
  ];
}
