// Logs in to the gateway as an agent does, by the agent's own code, with a key of its own and nothing to expose; and leaves at once.
import type { AgentEvent } from '../../agent/events.ts';
import type { TunnelError } from '../../contract/errors.ts';
import type { Limits } from '../../contract/limits.ts';
import type { Credentials } from '../agent/credentials.ts';
import { makeRuntime } from '../agent/runtime.ts';
import type { AgentSettings } from '../agent/settings.ts';
import type { Invocation } from '../command.ts';

/** Admitted, or why not. */
export type Login =
  | { readonly admitted: AgentEvent & { readonly type: 'connected' }; readonly error?: never }
  | { readonly admitted?: never; readonly error: TunnelError };

export interface LoginParts {
  readonly credentials: Credentials;
  readonly settings: AgentSettings;
  readonly limits: Limits;
}

export async function logIn(
  { credentials, settings, limits }: LoginParts,
  invocation: Pick<Invocation, 'env' | 'talk' | 'version'>,
): Promise<Login> {
  const { promise, resolve } = Promise.withResolvers<Login>();
  const { agent } = await makeRuntime(
    {
      credentials,
      transport: settings.transport,
      insecure: settings.insecure,
      limits,
      exposures: [],
      patient: false,
      onlyLooks: true,
      chose: () => {},
      tell: (event) => {
        if (event.type === 'connected') resolve({ admitted: event });
      },
    },
    invocation,
  );
  // Without an exposure nothing but a refusal or a lost link ends the first attempt.
  void agent.run().then((error) => error && resolve({ error }));
  const login = await promise;
  void agent.stop(0);
  return login;
}
