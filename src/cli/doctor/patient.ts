// What is examined: the options and the environment, and what is learnt of them once, for all checks.
import type { Limits } from '../../contract/limits.ts';
import type { Reactor } from '../../contract/reactor.ts';
import { makeNodeReactor } from '../../pipe/node/reactor.ts';
import { type ForwardProxy, proxyFor } from '../../transport/proxy.ts';
import { type Credentials, findCredentials } from '../agent/credentials.ts';
import { type AgentSettings, agentSettings } from '../agent/settings.ts';
import type { Invocation } from '../command.ts';
import { findConfig } from '../config/find.ts';
import { checkConfig, loadConfig } from '../config/load.ts';
import type { Config } from '../config/schema.ts';
import { type ServeSettings, serveSettings } from '../serve/settings.ts';
import { text } from '../text.ts';
import { type Login, logIn } from './login.ts';

export interface PatientParts {
  readonly invocation: Pick<Invocation, 'options' | 'env' | 'talk' | 'version'>;
  readonly limits: Limits;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The result of the first call, for every call; a rejection too. */
function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => {
    found ??= find();
    return found;
  };
}

export class Patient {
  readonly invocation: PatientParts['invocation'];
  readonly limits: Limits;
  readonly now: () => number;
  readonly reactor: Reactor;
  /** Undefined: there is none. */
  readonly configFile: string | undefined;

  constructor({ invocation, limits, now }: PatientParts) {
    this.invocation = invocation;
    this.limits = limits;
    this.now = now;
    this.reactor = makeNodeReactor(limits);
    this.configFile = findConfig(text(invocation.options.config), invocation.env, process.cwd());
  }

  /** Rejects with TK-5001 or TK-5002. */
  readonly config = once(
    async (): Promise<Config> =>
      this.configFile === undefined ? checkConfig('', '').config : loadConfig(this.configFile),
  );

  readonly agentSettings = once(async (): Promise<AgentSettings> => {
    const { options, env } = this.invocation;
    return agentSettings(options, env, await this.config());
  });

  readonly serveSettings = once(async (): Promise<ServeSettings> => {
    const { options, env } = this.invocation;
    return serveSettings(options, (await this.config()).serve ?? {}, env);
  });

  /** The gateway of `--data-dir` counts as one of this user. Rejects with TK-5003, TK-5004, TK-5007. */
  readonly credentials = once(async (): Promise<Credentials> => {
    const { dataDirectory } = await this.serveSettings();
    return findCredentials(await this.agentSettings(), this.invocation.env, dataDirectory);
  });

  /** Between here and the gateway; undefined: none. Rejects with TK-4004. */
  readonly proxy = once(
    async (): Promise<ForwardProxy | undefined> => proxyFor(await this.credentials(), this.invocation.env),
  );

  /** As an agent logs in, once. Never rejects. */
  readonly login = once(async (): Promise<Login> => {
    const [credentials, settings] = [await this.credentials(), await this.agentSettings()];
    return logIn({ credentials, settings, limits: this.limits }, this.invocation);
  });
}
