// A gateway with a listed load balancer in front, two exposures that look at visitors' addresses, and raw peers of any loopback address.
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { type Gateway, World } from './program.testkit.ts';
import { startSite } from './site.testkit.ts';
import { Wire } from './wire.testkit.ts';

/** The balancer's address towards the gateway. */
export const BALANCER = '127.0.0.50';
/** A visitor whom `guarded` and the TCP exposure let in. */
export const FRIEND = '127.0.0.77';
export const STRANGER = '127.0.0.9';

export interface Ground {
  readonly world: World;
  readonly gateway: Gateway;
  /** The port of the origin. */
  readonly site: string;
  /** The gateway's own ports; `tcp` is that of the TCP exposure. */
  readonly direct: { readonly http: number; readonly https: number; readonly tcp: number };
}

const portOf = (address: string) => Number(address.split(':').at(-1));

/** `open` and `guarded` by name, and the same site over TCP, guarded too. */
export async function startGround(): Promise<Ground> {
  const world = new World();
  const site = (await startSite(world)).port;
  const gateway = await world.serve(['--proxy-protocol-from', `${BALANCER}/32`]);
  const guard = ['--allow-ip', `${FRIEND}/32`, '--allow-ip', '::1/128'];
  await world.expose(site, ['--name', 'open']);
  await world.expose(site, ['--name', 'guarded', ...guard]);
  const { url } = await world.expose(`tcp://127.0.0.1:${site}`, guard);
  const { http, https } = gateway.ready;
  return { world, gateway, site, direct: { http: portOf(http), https: portOf(https), tcp: portOf(url.host) } };
}

/** Of the exposure `name`, as `user` of it where one is given. */
export async function ask(port: number, name: string, localAddress = FRIEND, host = '127.0.0.1', user?: string) {
  const authorization = user && `Basic ${Buffer.from(user).toString('base64')}`;
  const headers = { host: `${name}.localhost`, ...(authorization && { authorization }) };
  const sent = request({ host, port, localAddress, path: '/headers', headers, agent: false }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  return { status: response.statusCode, text };
}

/** Of what the site says of a request. */
export const fieldOf = (text: string, name: string) => {
  const { fields } = JSON.parse(text) as { fields: string[] };
  return fields[fields.findIndex((field) => field.toLowerCase() === name) + 1];
};

/** Exactly these bytes from this address, then what comes back. */
export function say(port: number, from: string, bytes: Buffer): Wire {
  const wire = new Wire(connect({ host: '127.0.0.1', port, localAddress: from, allowHalfOpen: true }));
  wire.send(bytes);
  return wire;
}

export const metric = async (world: World, line: string) => {
  const asked = request({ socketPath: world.path('data/tunnelkit/admin.sock'), path: '/metrics', agent: false }).end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  for await (const part of response.setEncoding('utf8')) text += part;
  return Number(
    text
      .split('\n')
      .find((each) => each.startsWith(`${line} `))
      ?.slice(line.length),
  );
};
