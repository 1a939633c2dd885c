// `tunnelkit expose TARGET`: publishes one service, prints its URL, and stays until it is told to stop or refused for good.

import type { AgentEvent } from '../../agent/events.ts';
import type { ExposureSpec } from '../../agent/exposures.ts';
import { probeOrigin } from '../../agent/probe.ts';
import { TunnelError } from '../../contract/errors.ts';
import { limitValues } from '../../contract/limits.ts';
import { visible } from '../../observe/visible.ts';
import type { Command, Invocation } from '../command.ts';
import { checkExposure } from '../config/exposure.ts';
import { watchDefects } from '../defects.ts';
import { stopSignal } from '../signals.ts';
import { type Credentials, findCredentials } from './credentials.ts';
import { firstUrl } from './first-url.ts';
import { followOrigin } from './origins.ts';
import { unreachable } from './reachable.ts';
import { openToStatus } from './report.ts';
import { makeRuntime } from './runtime.ts';
import { type AgentSettings, agentSettings, EXPOSURE_RULES } from './settings.ts';
import { exposureSpec } from './specs.ts';
import { makeVoice, type Voice } from './voice.ts';

/** Tells the URL once it is usable; what is only slow to be seen is told all the same, with a warning. */
async function announce(
  invocation: Invocation,
  voice: Voice,
  credentials: Credentials,
  event: AgentEvent & { type: 'exposed' },
): Promise<void> {
  const { url } = event.grant;
  const why = await unreachable(event.grant, credentials.host);
  if (why) voice.say(`warning: the gateway granted ${url}, but it cannot be reached from here (${why})`, 'warn');
  // The gateway's own words: on a terminal they must not act.
  invocation.talk.result(visible(url));
  invocation.talk.event('ready', { url, target: event.exposure.target.text });
}

/** The error that ends the program when nothing is ready in the time asked for; never, if none was. */
function deadline(seconds: unknown): { readonly late: Promise<TunnelError>; met(): void } {
  const { promise, resolve } = Promise.withResolvers<TunnelError>();
  if (typeof seconds !== 'number') return { late: promise, met: () => {} };
  const timer = setTimeout(() => resolve(new TunnelError('TK-4008', `Not ready after ${seconds} s.`)), seconds * 1_000);
  return { late: promise, met: () => clearTimeout(timer) };
}

function specOf({ options }: Invocation): ExposureSpec {
  if (options.inspect !== undefined && options.inspect !== 'off')
    throw new TunnelError('TK-5005', '--inspect: only off is built yet.');
  const given = Object.fromEntries(
    Object.keys(EXPOSURE_RULES)
      .map((name) => [name, options[name]])
      .filter(([, value]) => value !== undefined),
  );
  return exposureSpec(checkExposure(given), process.cwd());
}

/** What runs, and what it says. */
interface Publishing {
  readonly spec: ExposureSpec;
  readonly settings: AgentSettings;
  readonly credentials: Credentials;
  readonly voice: Voice;
}

async function publish(invocation: Invocation, { spec, settings, credentials, voice }: Publishing): Promise<void> {
  const { options } = invocation;
  const stop = stopSignal();
  const wait = deadline(options.wait);
  const limits = limitValues();
  const runtime = await makeRuntime(
    {
      credentials,
      transport: settings.transport,
      insecure: settings.insecure,
      limits,
      exposures: [spec],
      patient: options.wait !== undefined,
      chose: (choice) => voice.chose(choice),
      tell: (event) => {
        voice.tell(event);
        if (event.type === 'exposed') granted(event);
      },
    },
    invocation,
  );
  const { agent, reactor } = runtime;
  const granted = firstUrl(reactor.clock, limits.certificateGrantMs, (event) => {
    wait.met();
    void announce(invocation, voice, credentials, event);
  });
  const watch = watchDefects(runtime.defect);
  voice.watch(runtime);
  await openToStatus({ runtime, command: 'expose', gateway: credentials, limits }, invocation);
  if (options['require-origin']) {
    const down = await probeOrigin(spec, reactor, limits);
    if (down) throw down;
  } else {
    // Nothing waits for it: an address that does not answer takes its time.
    void followOrigin(spec, { reactor, limits, voice });
  }

  const ended = await Promise.race([agent.run(), wait.late, stop.asked]);
  if (ended instanceof TunnelError) throw ended;
  if (ended !== undefined) {
    voice.stopping();
    await agent.stop(limits.drainMs);
    voice.stopped();
  }
  watch.release();
  stop.release();
}

export const command: Command = async (invocation) => {
  const { options, env } = invocation;
  const spec = specOf(invocation);
  const settings = agentSettings(options, env, {});
  const credentials = await findCredentials(settings, env);
  const voice = await makeVoice(invocation, credentials, [spec]);
  try {
    await publish(invocation, { spec, settings, credentials, voice });
  } finally {
    await voice.close();
  }
  return 0;
};
