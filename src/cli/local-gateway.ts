// The gateway of this machine, asked through the socket in its data directory.
import { askGateway } from '../admin/client.ts';
import type { Invocation } from './command.ts';
import { dataDirectory, dataFiles } from './places.ts';

export type Ask = (method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown) => ReturnType<typeof askGateway>;

/** Of the gateway with the data directory that the options name. */
export function gatewayOf({ options, env }: Pick<Invocation, 'options' | 'env'>): Ask {
  const asked = typeof options['data-dir'] === 'string' ? options['data-dir'] : undefined;
  const { socket } = dataFiles(dataDirectory(env, asked));
  return (method, path, body) => askGateway(socket, method, path, body);
}
