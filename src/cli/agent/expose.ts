// `tunnelkit expose TARGET`: publishes one service, prints its URL, and stays until it is told to stop or refused for good.

import type { AgentEvent } from '../../agent/events.ts';
import { probeOrigin } from '../../agent/probe.ts';
import { TunnelError } from '../../contract/errors.ts';
import { limitValues } from '../../contract/limits.ts';
import type { Command, Invocation } from '../command.ts';
import { checkExposure } from '../config/load.ts';
import { stopSignal } from '../signals.ts';
import { type Credentials, findCredentials } from './credentials.ts';
import { Lines } from './lines.ts';
import { unreachable } from './reachable.ts';
import { openToStatus } from './report.ts';
import { makeRuntime } from './runtime.ts';
import { agentSettings, EXPOSURE_RULES } from './settings.ts';
import { exposureSpec } from './specs.ts';

/** Tells the URL once it is usable; what is only slow to be seen is told all the same, with a warning. */
async function announce(
  invocation: Invocation,
  lines: Lines,
  credentials: Credentials,
  event: AgentEvent & { type: 'exposed' },
): Promise<void> {
  const { url } = event.grant;
  const why = URL.canParse(url) ? await unreachable(new URL(url), credentials.host) : 'it is no URL';
  if (why) lines.say(`warning: the gateway granted ${url}, but it cannot be reached from here (${why})`);
  invocation.talk.result(url);
  invocation.talk.event('ready', { url, target: event.exposure.target.text });
}

/** The error that ends the program when nothing is ready in the time asked for; never, if none was. */
function deadline(seconds: unknown): { readonly late: Promise<TunnelError>; met(): void } {
  const { promise, resolve } = Promise.withResolvers<TunnelError>();
  if (typeof seconds !== 'number') return { late: promise, met: () => {} };
  const timer = setTimeout(() => resolve(new TunnelError('TK-4008', `Not ready after ${seconds} s.`)), seconds * 1_000);
  return { late: promise, met: () => clearTimeout(timer) };
}

export const command: Command = async (invocation) => {
  const { options, talk, env } = invocation;
  if (options.inspect !== undefined && options.inspect !== 'off')
    throw new TunnelError('TK-5005', '--inspect: only off is built yet.');
  if (options.auth !== undefined)
    talk.say(
      'note: a password on the command line can be seen by others on this machine; a configuration file hides it.',
    );
  const given = Object.fromEntries(
    Object.keys(EXPOSURE_RULES)
      .map((name) => [name, options[name]])
      .filter(([, value]) => value !== undefined),
  );
  const spec = exposureSpec(checkExposure(given), process.cwd());
  const settings = agentSettings(options, env, {});
  const credentials = await findCredentials(settings, env);
  const lines = new Lines(talk);
  const wait = deadline(options.wait);
  const limits = limitValues();
  let told = false;
  const runtime = await makeRuntime(
    {
      credentials,
      transport: settings.transport,
      insecure: settings.insecure,
      limits,
      exposures: [spec],
      patient: options.wait !== undefined,
      chose: (choice) => lines.chose(choice),
      tell: (event) => {
        lines.tell(event);
        if (event.type !== 'exposed' || told) return;
        told = true;
        wait.met();
        void announce(invocation, lines, credentials, event);
      },
    },
    invocation,
  );
  const { agent, reactor } = runtime;
  await openToStatus({ runtime, command: 'expose', gateway: credentials, limits }, invocation);
  const down = await probeOrigin(spec.target, reactor, limits);
  if (down && options['require-origin']) throw down;
  if (down) lines.say(`${spec.target.text} does not answer yet (${down.code}): start it, and traffic flows.`);

  const stop = stopSignal();
  const over = agent.run();
  const ended = await Promise.race([over, wait.late, stop.asked]);
  if (ended instanceof TunnelError) throw ended;
  if (ended !== undefined) {
    lines.stopping(agent.stats?.streams ?? 0, 'a second Ctrl-C');
    await agent.stop(limits.drainMs);
    lines.stopped();
  }
  stop.release();
  return 0;
};
