// While an order is under way: the ACME server's look at the gateway is held up, and the gateway is looked at meanwhile.
import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import { connect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Pebble } from './pebble.testkit.ts';
import { freePort, type Gateway, World } from './program.testkit.ts';
import { serialAt, visitSecurely } from './secure-visit.testkit.ts';
import { startSite } from './site.testkit.ts';
import { visit } from './visit.testkit.ts';

const DOMAIN = 'example.test';
const world = new World();
let port: string;
let pebble: Pebble;
let ca: string;
let server: Server;
let gateway: Gateway;
/** Settles to let the ACME server through to the gateway. */
let through: PromiseWithResolvers<void>;
/** Settles when it has come. */
let looked: PromiseWithResolvers<void>;

const portOf = (address: string) => address.split(':').at(-1)!;
const linkTo = ({ ready }: Gateway) => ready.join.replace(/tk:\/\/[^/]+/, `tk://${ready.agents as string}`);
const securely = (host: string) => new URL(`https://${host}:${portOf(gateway.ready.https)}/`);
const serve = async (folder: string, domain = DOMAIN, ...args: string[]) => {
  const options = ['--domain', domain, '--data-dir', world.path(folder), ...pebble.args, ...args];
  gateway = await world.serve(options, pebble.trusting);
};
const holdBack = () => {
  through = Promise.withResolvers();
  looked = Promise.withResolvers();
};

beforeAll(async () => {
  ({ port } = await startSite(world));
  const httpPort = await freePort();
  server = createServer(async ({ url, headers }, response) => {
    looked.resolve();
    await through.promise;
    const onward = request({ port: portOf(gateway.ready.http), path: url, headers, agent: false }).end();
    onward.on('error', () => response.destroy());
    onward.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 0)));
  }).listen(httpPort, '127.0.0.1');
  await once(server, 'listening');
  pebble = await Pebble.start(world, { httpPort });
  ca = await pebble.root();
});
beforeEach(holdBack);
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await world.close();
});

describe('a gateway that is killed in the middle of an order', () => {
  it('gets its certificate after it was started again, from the same account', async () => {
    await serve('killed');
    await looked.promise;
    await gateway.running.stop('SIGKILL');
    expect(pebble.orders).toBe(1);
    holdBack();
    through.resolve();
    await serve('killed');
    await gateway.running.line(/a certificate has come.*example\.test/);
    expect((await visitSecurely(securely(DOMAIN), { ca })).status).toBe(404);
    expect(gateway.running.stderr).not.toMatch(/no certificate/);
    expect([pebble.orders, pebble.accounts]).toEqual([2, 1]);
    await gateway.running.stop();
  });

  it('has one also when it was killed as the certificate was made', async () => {
    through.resolve();
    const issued = pebble.running.until('another certificate', () =>
      pebble.running.stdout.match(/Issued certificate/g)?.length === 2 ? true : undefined,
    );
    const serving = serve('killed', `late.${DOMAIN}`);
    await issued;
    await serving;
    await gateway.running.stop('SIGKILL');
    await serve('killed', `late.${DOMAIN}`);
    const url = securely(`late.${DOMAIN}`);
    await expect.poll(() => visitSecurely(url, { ca }).catch(() => undefined), { timeout: 20_000 }).toBeDefined();
    expect(gateway.running.stderr).not.toMatch(/no certificate/);
    expect(pebble.accounts).toBe(1);
    await gateway.running.stop();
  });
});

describe('a name whose certificate is coming', () => {
  it('is http:// meanwhile, lets its visitors wait, and is https:// to them when it has come', async () => {
    through.resolve();
    await serve('waiting');
    await gateway.running.line(/a certificate has come.*example\.test/);
    holdBack();
    const running = world.tunnelkit(['expose', port, '--name', 'app', '--json', '--gateway', linkTo(gateway)]);
    const first = await running.event('exposed');
    expect(first).toMatchObject({ url: expect.stringMatching(/^http:\/\/app\./), coming: true });
    await looked.promise;
    expect((await visit(new URL(String(first.url)))).text).toContain('It works');
    const visitor = connect({
      host: '127.0.0.1',
      port: Number(portOf(gateway.ready.https)),
      servername: `app.${DOMAIN}`,
      ca,
    });
    let isSecured = false;
    const secured = once(visitor, 'secureConnect').then(() => {
      isSecured = true;
    });
    // Others are not held up: one without a certificate that is coming is shown the own one, at once.
    await serialAt(securely(`stranger.${DOMAIN}`));
    expect(isSecured).toBe(false);
    through.resolve();
    await secured;
    expect(visitor.authorized).toBe(true);
    visitor.destroy();
    expect((await running.event('ready')).url).toBe(securely(`app.${DOMAIN}`).origin);
    await gateway.running.stop();
  });
});

describe('a gateway that is told --acme off', () => {
  it('asks nobody, and says why its names are http://', async () => {
    const { orders } = pebble;
    await serve('off', DOMAIN, '--acme', 'off');
    await gateway.running.line(/names: http:\/\/NAME\.example\.test:\d+, not https:\/\/, because there is no --cert/);
    const { url } = await world.expose(port, ['--name', 'app', '--gateway', linkTo(gateway)]);
    expect(url.protocol).toBe('http:');
    expect([pebble.orders, pebble.accounts]).toEqual([orders, 2]);
  });
});
