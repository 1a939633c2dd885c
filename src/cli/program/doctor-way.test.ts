// What `tunnelkit doctor` finds of the way to the gateway: the outcomes of its checks that doctor.test.ts does not come by.
import { once } from 'node:events';
import { createServer as createSecureServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startProxy } from '../../transport/connect-proxy.testkit.ts';
import { holdServer, scriptedServer } from '../../transport/held-server.testkit.ts';
import { clock } from '../doctor/checks/clock.ts';
import { dns } from '../doctor/checks/dns.ts';
import { link } from '../doctor/checks/link.ts';
import { pin } from '../doctor/checks/pin.ts';
import { proxy } from '../doctor/checks/proxy.ts';
import { tcp } from '../doctor/checks/tcp.ts';
import { tls } from '../doctor/checks/tls.ts';
import { token } from '../doctor/checks/token.ts';
import { websocket } from '../doctor/checks/websocket.ts';
import { PROGRAM } from './program.testkit.ts';
import { Tmux } from './tmux.testkit.ts';
import { held, SHORT_MS, silent, Ward } from './ward.testkit.ts';

const DAY_MS = 86_400_000;

/** Listens, says where, and never turns to its connections. */
const FULL_QUEUE = `const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    console.log(JSON.stringify({ type: 'port', port: server.address().port }));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });`;

let ward: Ward;
beforeAll(async () => {
  ward = await Ward.open();
});
afterAll(() => ward.world.close());

describe('the proxy', () => {
  const far = () => ({ gateway: ward.join.replace('127.0.0.1', 'gateway.example') });

  it('does not apply to a gateway of this machine', async () => {
    const env = { HTTPS_PROXY: 'http://127.0.0.1:1' };
    const seen = 'HTTPS_PROXY does not apply to this gateway';
    expect(await ward.find(proxy, { gateway: ward.join }, { env })).toEqual({ outcome: 'not applicable', seen });
  });

  it('fails when it is no URL, when it is down, and when it is silent', async () => {
    const quiet = await startProxy({ silent: true });
    onTestFinished(() => quiet.close());
    for (const [url, seen] of [
      ['ftp://127.0.0.1', 'is not the URL'],
      ['http://127.0.0.1:1', 'refused the connection'],
      [`http://127.0.0.1:${quiet.port}`, `127.0.0.1:${quiet.port}`],
    ] as const) {
      const found = await ward.find(proxy, far(), { env: { HTTPS_PROXY: url }, limits: { linkConnectMs: SHORT_MS } });
      expect(found).toMatchObject({ outcome: 'failure', code: 'TK-4004', seen: expect.stringContaining(seen) });
      expect(found.todo).toContain('HTTPS_PROXY');
    }
  });
});

describe('the way to the gateway', () => {
  it('resolves a name', async () => {
    const found = await ward.find(dns, { gateway: ward.join.replace('127.0.0.1', 'localhost') });
    expect(found).toMatchObject({ outcome: 'ok', seen: expect.stringMatching(/^localhost: .*(127\.0\.0\.1|::1)/) });
  });

  it('fails where packets are dropped', async () => {
    const full = ward.world.start('a full queue', process.execPath, ['-e', FULL_QUEUE]);
    const place = Number((await full.event('port')).port);
    // As many as wait for a listener that never takes them; whoever comes then gets no answer.
    const waiting = [1, 2].map(() => connect(place, '127.0.0.1'));
    onTestFinished(() => {
      for (const socket of waiting) socket.destroy();
    });
    await Promise.all(waiting.map((socket) => once(socket, 'connect')));
    const found = await ward.find(tcp, ward.at(place), { limits: { linkConnectMs: SHORT_MS } });
    expect(found).toMatchObject({
      outcome: 'failure',
      code: 'TK-4001',
      seen: expect.stringContaining('a firewall drops'),
    });
  });

  it('fails where a port takes connections and says nothing', async () => {
    const found = await ward.find(tls, ward.at(await silent()), { checkMs: SHORT_MS });
    expect(found).toMatchObject({
      outcome: 'failure',
      code: 'TK-4001',
      seen: expect.stringContaining('TLS handshake'),
    });
    const session = await ward.find(link, ward.at(await silent()), { limits: { linkConnectMs: SHORT_MS } });
    expect(session).toMatchObject({ outcome: 'failure', code: 'TK-4001' });
  });

  it('is without TLS where plain links were asked for', async () => {
    const file = ward.written('plain.yaml', `gateway: ${ward.join}\ninsecure: true\n`);
    expect(await ward.find(tls, { config: file })).toMatchObject({ outcome: 'not applicable' });
  });

  it('warns of a certificate that has ended', async () => {
    const found = await ward.find(tls, { gateway: ward.join }, { aheadMs: 2 * DAY_MS });
    expect(found).toMatchObject({ outcome: 'warning', code: 'TK-6010' });
  });

  it('warns of a network that lets everything through but the WebSocket', async () => {
    const picky = scriptedServer((socket) => {
      socket.once('data', (hello: Buffer) => {
        if (!hello.includes('anpx')) return void socket.destroy();
        const onward: Socket = connect(ward.port, '127.0.0.1');
        onward.on('error', () => socket.destroy()).write(hello);
        socket.pipe(onward).pipe(socket);
      });
    });
    const found = await ward.find(websocket, ward.at(await held(picky)));
    expect(found).toMatchObject({
      outcome: 'warning',
      code: 'TK-4013',
      todo: expect.stringContaining('/.tunnelkit/link'),
    });
  });
});

describe('who the gateway is', () => {
  const address = () => ({
    gateway: `localhost:${ward.port}`,
    'token-file': ward.written('token', /token=([^&]+)/.exec(ward.join)![1]!),
  });

  it('is vouched for by a certificate where no pin is known', async () => {
    ward.trust();
    expect(await ward.find(pin, address())).toEqual({ outcome: 'ok', seen: 'its certificate vouches for it' });
  });

  it('is not known without a pin and a certificate that is trusted', async () => {
    const found = await ward.find(pin, address());
    expect(found).toMatchObject({ outcome: 'failure', code: 'TK-1012', seen: expect.stringContaining('sha256-') });
  });

  it('minds a token that was revoked', async () => {
    const made = ward.world.tunnelkit(['token', 'create', '--json']);
    await made.exit;
    const [event] = made.events;
    expect(await ward.world.tunnelkit(['token', 'revoke', String(event!.id)]).exit).toBe(0);
    const revoked = ward.join.replace(/token=[^&]+/, /token=[^&]+/.exec(String(event!.join))![0]);
    expect(await ward.find(token, { gateway: revoked })).toMatchObject({ outcome: 'failure', code: 'TK-1011' });
  });
});

describe('the clock', () => {
  const secure = async (answers: boolean) => {
    const server = createSecureServer(await ward.authority.leaf(['gateway.test']), (_request, response) => {
      response.sendDate = false;
      if (answers) response.end();
    });
    return ward.at(await held(holdServer(server)));
  };

  it('does not apply where the gateway does not tell its time, and is not checked where it does not answer', async () => {
    expect(await ward.find(clock, await secure(true))).toMatchObject({ outcome: 'not applicable' });
    const found = await ward.find(clock, await secure(false), { checkMs: SHORT_MS });
    expect(found).toMatchObject({ outcome: 'not checked', seen: expect.stringContaining('did not tell its time') });
  });
});

it.each([80, 40])(
  'on a terminal of %i columns all of it is broken between words, and outcomes have colours',
  async (columns) => {
    const env = {
      DOCTOR: `${PROGRAM} doctor`,
      TUNNELKIT_GATEWAY: ward.join.replace(/:\d+\//, ':1/'),
      XDG_DATA_HOME: '/nowhere',
    };
    const tmux = await Tmux.open(ward.world, columns, 60, env);
    onTestFinished(() => tmux.close());
    await tmux.type('clear; $DOCTOR');
    const { text } = await tmux.until(/`tunnelkit\s+explain\s+TK-4001`\s+says\s+more\.\nREADY/);
    expect((await tmux.unwrapped()).text).toBe(text);
    expect(text).toMatch(/^failure {2}TCP to the gateway\s+TK-4001 The gateway cannot/m);
    const painted = (await tmux.painted()).text;
    for (const [word, colour] of [
      ['ok', 32],
      ['failure', 31],
      ['skipped', 2],
    ] as const)
      expect(painted).toContain(`\x1b[${colour}m${word}`);
  },
);
