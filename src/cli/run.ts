// argv → command → exit status. Commands load only when they are run: `--version` must not pay for the gateway.

import { ERRORS } from '../contract/errors.ts';
import { AS_CHILD, runAsChild } from './child.ts';
import type { Command, Environment } from './command.ts';
import { mustBePatched } from './floors.ts';
import { explained } from './mistakes.ts';
import { type Options, parse } from './parse.ts';
import { asTunnelError, exitOf, type Level, type Manner, type Output, Talk } from './talk.ts';
import { standardStreams, terminalOf } from './terminal.ts';
import { warnings } from './typed-secrets.ts';

declare const __TUNNELKIT_VERSION__: string | undefined;
/** The bundler writes the version in; from source it is unknown. */
export const VERSION = typeof __TUNNELKIT_VERSION__ === 'string' ? __TUNNELKIT_VERSION__ : '0.0.0-source';

const LOADERS: Readonly<Record<string, () => Promise<{ readonly command: Command }>>> = {
  serve: () => import('./serve/serve.ts'),
  expose: () => import('./agent/expose.ts'),
  connect: () => import('./agent/connect.ts'),
  login: () => import('./login.ts'),
  token: () => import('./token.ts'),
  names: () => import('./names.ts'),
  status: () => import('./status/status.ts'),
  config: () => import('./config/show/show.ts'),
  doctor: () => import('./doctor/doctor.ts'),
  explain: () => import('./explain/explain.ts'),
  completion: () => import('./completion/completion.ts'),
  bench: () => import('./bench/bench.ts'),
  service: () => import('./service/service.ts'),
  version: async () => ({
    command: async ({ talk, version }) => {
      talk.result(version);
      talk.event('version', { version });
      return 0;
    },
  }),
};

const mannerOf = (options: Options): Manner => ({
  json: options.json === true,
  quiet: options.quiet === true,
  level: options['log-level'] as Level | undefined,
  records: options['log-format'] === 'json',
});

/** Strangers talk to these for as long as they run. */
const MEETS_STRANGERS = new Set(['serve', 'expose', 'connect']);

/** Nothing was asked: how one begins is the answer. */
async function begin(stderr: Output): Promise<number> {
  stderr.write(`${(await import('./help/help.ts')).firstSteps(stderr.columns)}\n`);
  return ERRORS['TK-5005'].exit!;
}

export async function run(args: readonly string[], env: Environment, stdout: Output, stderr: Output): Promise<number> {
  if (args[0] === AS_CHILD) return runAsChild(args.slice(1), (rest) => run(rest, env, stdout, stderr));
  if (args.length === 0) return begin(stderr);
  let talk = new Talk(stdout, stderr, { json: args.includes('--json'), quiet: false });
  try {
    const parsed = await parse(args, VERSION);
    if (parsed.kind !== 'command') {
      const text =
        parsed.kind === 'help' ? (await import('./help/help.ts')).help(parsed.of, stdout.columns) : parsed.text;
      stdout.write(`${text}\n`);
      return 0;
    }
    const { command, options } = parsed;
    talk = new Talk(stdout, stderr, mannerOf(options));
    for (const warning of warnings(args)) talk.say(warning, { level: 'warn' });
    if (MEETS_STRANGERS.has(command.name)) mustBePatched(process.versions);
    const loaded = await LOADERS[command.name]!();
    const terminal = terminalOf(env, options, standardStreams());
    return await loaded.command({ options, env, talk, stderr, terminal, version: VERSION });
  } catch (thrown) {
    const error = explained(asTunnelError(thrown), args);
    talk.fail(error);
    return exitOf(error);
  }
}
