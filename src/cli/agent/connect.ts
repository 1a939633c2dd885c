// `tunnelkit connect`: runs the exposures of a configuration file, unattended. SIGHUP reads the file again and touches only what changed.
import { dirname } from 'node:path';
import type { Agent } from '../../agent/agent.ts';
import type { AgentEvent } from '../../agent/events.ts';
import type { ExposureSpec } from '../../agent/exposures.ts';
import { TunnelError } from '../../contract/errors.ts';
import { limitValues } from '../../contract/limits.ts';
import type { Command, Invocation } from '../command.ts';
import { findConfig } from '../config/find.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { watchDefects } from '../defects.ts';
import { supervisorOf } from '../service/supervisor.ts';
import { stopSignal } from '../signals.ts';
import { asTunnelError } from '../talk.ts';
import { text } from '../text.ts';
import { type Credentials, findCredentials } from './credentials.ts';
import { followOrigin } from './origins.ts';
import { inOneLine, isSettled, openToStatus, type Reporter } from './report.ts';
import { makeRuntime } from './runtime.ts';
import { type AgentSettings, agentSettings } from './settings.ts';
import { exposureSpec } from './specs.ts';
import { makeVoice, type Voice } from './voice.ts';

function specsOf(config: Config, file: string): readonly ExposureSpec[] {
  const exposures = config.exposures ?? [];
  if (exposures.length === 0) throw new TunnelError('TK-5002', `${file}: there is nothing under "exposures".`);
  return exposures.map((exposure) => exposureSpec(exposure, dirname(file)));
}

/** What may end the start. */
const SETTLING: ReadonlySet<AgentEvent['type']> = new Set(['exposed', 'refused', 'lost']);

/** A file that is wrong changes nothing: it is told, and what runs goes on. */
async function reload(agent: Agent, file: string, voice: Voice): Promise<void> {
  try {
    agent.setExposures(specsOf(await loadConfig(file), file));
    voice.say(`${file} read again`);
  } catch (thrown) {
    const error = asTunnelError(thrown);
    voice.say(`${error.message}; nothing was changed`, 'warn');
  }
}

/** What runs, and what it says. */
interface Connecting {
  readonly file: string;
  readonly exposures: readonly ExposureSpec[];
  readonly settings: AgentSettings;
  readonly credentials: Credentials;
  readonly voice: Voice;
}

async function run(invocation: Invocation, asked: Connecting): Promise<void> {
  const { file, exposures, settings, credentials, voice } = asked;
  const stop = stopSignal();
  const limits = limitValues();
  const runtime = await makeRuntime(
    {
      credentials,
      transport: settings.transport,
      insecure: settings.insecure,
      limits,
      exposures,
      patient: true,
      chose: (choice) => voice.chose(choice),
      tell: (event) => {
        voice.tell(event);
        if (SETTLING.has(event.type) && isSettled(runtime)) supervisor.ready();
      },
    },
    invocation,
  );
  const { agent, reactor } = runtime;
  const watch = watchDefects(runtime.defect);
  voice.watch(runtime);
  for (const spec of exposures) void followOrigin(spec, { reactor, limits, voice });
  const reporter: Reporter = { runtime, command: 'connect', gateway: credentials, limits };
  await openToStatus(reporter, invocation);
  const supervisor = await supervisorOf(invocation.env, () => inOneLine(reporter));
  const hangUp = () => {
    supervisor.reloading();
    void reload(agent, file, voice).then(() => supervisor.ready());
  };
  process.on('SIGHUP', hangUp);
  const ended = await Promise.race([agent.run(), stop.asked]);
  if (ended instanceof TunnelError) throw ended;
  supervisor.stopping();
  voice.stopping();
  await agent.stop(limits.drainMs);
  voice.stopped();
  process.off('SIGHUP', hangUp);
  watch.release();
  stop.release();
}

export const command: Command = async (invocation) => {
  const { options, env } = invocation;
  const file = findConfig(text(options.config), env, process.cwd());
  if (file === undefined)
    throw new TunnelError(
      'TK-5001',
      'There is no --config, no TUNNELKIT_CONFIG, and no tunnelkit.yaml, .toml or .json in the usual places.',
      {
        todo: 'Write one: `man 5 tunnelkit` and the README show how. For one service no file is needed: `tunnelkit expose 3000`.',
      },
    );
  const config = await loadConfig(file);
  const settings = agentSettings(options, env, config);
  const credentials = await findCredentials(settings, env);
  const exposures = specsOf(config, file);
  const voice = await makeVoice(invocation, credentials, exposures);
  try {
    await run(invocation, { file, exposures, settings, credentials, voice });
  } finally {
    await voice.close();
  }
  return 0;
};
