// `tunnelkit serve`: starts the gateway, says where it is, and drains when told to stop.
import { limitValues } from '../../contract/limits.ts';
import { type LogLevel, makeLog } from '../../observe/log.ts';
import { Redactor } from '../../observe/redactor.ts';
import { processVitals } from '../../observe/vitals.ts';
import type { Command, Invocation } from '../command.ts';
import { findConfig } from '../config/find.ts';
import type { ServeConfig } from '../config/schema.ts';
import { watchDefects } from '../defects.ts';
import { fitted } from '../fitted.ts';
import { supervisorOf } from '../service/supervisor.ts';
import { stopSignal } from '../signals.ts';
import { count } from '../size.ts';
import { text } from '../text.ts';
import { type Standing, tellStanding } from './banner.ts';
import { Gateway } from './gateway.ts';
import { printLimits } from './print-limits.ts';
import { type ServeSettings, serveSettings } from './settings.ts';

/** Readers of YAML and TOML are loaded only where there is a file. */
async function serveConfig(file: string): Promise<ServeConfig> {
  const { loadConfig } = await import('../config/load.ts');
  return (await loadConfig(file)).serve ?? {};
}

async function settingsOf({ options, env }: Invocation): Promise<ServeSettings> {
  const file = findConfig(text(options.config), env, process.cwd());
  return serveSettings(options, file === undefined ? {} : await serveConfig(file), env);
}

function logOf({ options, terminal, stderr }: Invocation) {
  const level = (options.quiet === true ? 'error' : (options['log-level'] ?? 'info')) as LogLevel;
  const format = options['log-format'] === 'json' ? 'json' : 'pretty';
  return makeLog({
    level,
    format,
    colour: terminal.colour > 0,
    stream: format === 'json' ? stderr : { write: (line) => stderr.write(fitted(line, stderr.columns)) },
    redactor: new Redactor(),
  });
}

function standingOf(gateway: Gateway, settings: ServeSettings, version: string): Standing {
  const { domain, certificate, insecure } = settings;
  return {
    version,
    addresses: gateway.addresses,
    domain,
    names: gateway.names(),
    certificate: gateway.status().certificates.find(({ name }) => name === domain),
    certificateFile: certificate?.cert,
    insecure,
    joinLink: gateway.joinLink,
    joinLinkFile: gateway.files.joinLink,
  };
}

/** For the service manager's status line. */
function inOneLine(gateway: Gateway): string {
  const { sessions, visitors } = gateway.status();
  const exposures = sessions.reduce((sum, session) => sum + session.exposures.length, 0);
  return `${count(sessions.length, 'agent')}, ${count(exposures, 'exposure')}, ${count(visitors, 'visitor connection')}`;
}

export const command: Command = async (invocation) => {
  const { options, talk, version } = invocation;
  if (options['print-limits'] === true) {
    printLimits(talk);
    return 0;
  }
  const settings = await settingsOf(invocation);
  const limits = limitValues();
  const stop = stopSignal();
  const vitals = processVitals(settings.memoryLimitBytes);
  const gateway = await Gateway.start({ settings, version, log: logOf(invocation), limits, vitals });
  const watch = watchDefects(gateway.defect);
  const supervisor = await supervisorOf(invocation.env, () => inOneLine(gateway));
  supervisor.ready();
  tellStanding(invocation, standingOf(gateway, settings, version), Date.now());
  talk.event('ready', { ...gateway.addresses, join: gateway.joinLink }, { isSecret: true });
  await stop.asked;
  supervisor.stopping();
  talk.say('stopping: finishing what is under way; a second signal forces');
  await gateway.drain(limits.drainMs);
  watch.release();
  talk.say('stopped');
  return 0;
};
