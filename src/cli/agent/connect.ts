// `tunnelkit connect`: runs the exposures of a configuration file, unattended. SIGHUP reads the file again and touches only what changed.
import { dirname } from 'node:path';
import type { Agent } from '../../agent/agent.ts';
import type { AgentEvent } from '../../agent/events.ts';
import type { ExposureSpec } from '../../agent/exposures.ts';
import { TunnelError } from '../../contract/errors.ts';
import { limitValues } from '../../contract/limits.ts';
import type { Command } from '../command.ts';
import { findConfig, loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { supervisorOf } from '../service/supervisor.ts';
import { stopSignal } from '../signals.ts';
import { asTunnelError } from '../talk.ts';
import { text } from '../text.ts';
import { findCredentials } from './credentials.ts';
import { Lines } from './lines.ts';
import { inOneLine, openToStatus, type Reporter } from './report.ts';
import { makeRuntime } from './runtime.ts';
import { agentSettings } from './settings.ts';
import { exposureSpec } from './specs.ts';

function specsOf(config: Config, file: string): readonly ExposureSpec[] {
  const exposures = config.exposures ?? [];
  if (exposures.length === 0) throw new TunnelError('TK-5002', `${file}: there is nothing under "exposures".`);
  return exposures.map((exposure) => exposureSpec(exposure, dirname(file)));
}

/** What ends the start: it is published, or it is known why not and tried again. */
const SETTLED: ReadonlySet<AgentEvent['type']> = new Set(['exposed', 'refused', 'lost']);

/** A file that is wrong changes nothing: it is told, and what runs goes on. */
async function reload(agent: Agent, file: string, lines: Lines): Promise<void> {
  try {
    agent.setExposures(specsOf(await loadConfig(file), file));
    lines.say(`${file} read again`);
  } catch (thrown) {
    const error = asTunnelError(thrown);
    lines.say(`${error.message}; nothing was changed`);
  }
}

export const command: Command = async (invocation) => {
  const { options, talk, env } = invocation;
  const file = findConfig(text(options.config), env, process.cwd());
  if (file === undefined)
    throw new TunnelError(
      'TK-5001',
      'No --config, no TUNNELKIT_CONFIG, and no tunnelkit.yaml, .toml or .json in the usual places.',
    );
  const config = await loadConfig(file);
  const settings = agentSettings(options, env, config);
  const lines = new Lines(talk);
  const limits = limitValues();
  const credentials = await findCredentials(settings, env);
  const supervisor = await supervisorOf(env, () => inOneLine(reporter));
  const runtime = await makeRuntime(
    {
      credentials,
      transport: settings.transport,
      insecure: settings.insecure,
      limits,
      exposures: specsOf(config, file),
      patient: true,
      chose: (choice) => lines.chose(choice),
      tell: (event) => {
        lines.tell(event);
        if (SETTLED.has(event.type)) supervisor.ready();
      },
    },
    invocation,
  );
  const { agent } = runtime;
  const reporter: Reporter = { runtime, command: 'connect', gateway: credentials, limits };
  await openToStatus(reporter, invocation);
  const hangUp = () => {
    supervisor.reloading();
    void reload(agent, file, lines).then(() => supervisor.ready());
  };
  process.on('SIGHUP', hangUp);
  const stop = stopSignal();
  const ended = await Promise.race([agent.run(), stop.asked]);
  if (ended instanceof TunnelError) throw ended;
  supervisor.stopping();
  lines.stopping(agent.stats?.streams ?? 0, 'a second signal');
  await agent.stop(limits.drainMs);
  lines.stopped();
  process.off('SIGHUP', hangUp);
  stop.release();
  return 0;
};
