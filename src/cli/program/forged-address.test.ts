// Visitors who would like to be taken for somebody else: every spelling of a PROXY header from an address that is not listed (X36), and
// every field that tells an address (X37).
import { once } from 'node:events';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeHeader } from '../../proxy-protocol/header.ts';
import { ask, FRIEND, type Ground, STRANGER, say, startGround } from './balancer.testkit.ts';

const FORGED = `${FRIEND}:50000`;
let ground: Ground;
let direct: Ground['direct'];

beforeAll(async () => {
  ground = await startGround();
  ({ direct } = ground);
});
afterAll(() => ground.world.close());

const REQUEST = 'GET /headers HTTP/1.1\r\nHost: guarded.localhost\r\nConnection: close\r\n\r\n';
const v1 = (text: string) => Buffer.from(`${text}\r\n`, 'latin1');
const FORGERIES: readonly (readonly [string, Buffer])[] = [
  ['v1', writeHeader('v1', FORGED, undefined)],
  ['v1 over IPv6', writeHeader('v1', '[::1]:50000', undefined)],
  ['v1 of a mapped address', v1(`PROXY TCP6 ::ffff:${FRIEND} ::1 50000 80`)],
  ['v1 in small letters', v1(`proxy tcp4 ${FRIEND} 127.0.0.1 50000 80`)],
  ['v1 behind an empty line', Buffer.concat([v1(''), writeHeader('v1', FORGED, undefined)])],
  ['v1 with tabs', v1(`PROXY\tTCP4\t${FRIEND}\t127.0.0.1\t50000\t80`)],
  ['v1 ended by LF', Buffer.from(`PROXY TCP4 ${FRIEND} 127.0.0.1 50000 80\n`)],
  ['v1 UNKNOWN', v1('PROXY UNKNOWN')],
  ['v1 twice', Buffer.concat([writeHeader('v1', FORGED, undefined), writeHeader('v1', FORGED, undefined)])],
  ['v1 in the shape of a request', v1(`PROXY / HTTP/1.1\r\nHost: guarded.localhost\r\n`)],
  ['v2', writeHeader('v2', FORGED, undefined)],
  ['v2 over IPv6', writeHeader('v2', '[::1]:50000', undefined)],
  ['v2 LOCAL', writeHeader('v2', '', undefined)],
  ['v2 before v1', Buffer.concat([writeHeader('v2', FORGED, undefined), writeHeader('v1', FORGED, undefined)])],
];
const CLAIMS = [
  ...['X-Forwarded-For', 'X-FORWARDED-FOR', 'X_Forwarded_For', 'X-Real-IP', 'X-Client-IP', 'X-Cluster-Client-IP'],
  ...['True-Client-IP', 'X-Forwarded', 'X-Forwarded-By', 'Proxy-Protocol', 'X-Forwarded-For '],
];

describe('from an address that is not listed', () => {
  it('a visit without a header is judged by that address', async () => {
    for (const [from, status] of [
      [FRIEND, 200],
      [STRANGER, 403],
    ] as const)
      expect((await ask(direct.http, 'guarded', from)).status).toBe(status);
    expect((await ask(direct.tcp, 'any', FRIEND)).status).toBe(200);
  });

  it.each(FORGERIES)('a header %s is no HTTP', async (_what, header) => {
    const wire = say(direct.http, STRANGER, Buffer.concat([header, Buffer.from(REQUEST)]));
    await wire.ends();
    // Whatever becomes of it, it is nobody's visit that is let in.
    expect(wire.text).toMatch(/^(?:HTTP\/1\.1 4\d\d |$)/);
  });

  it.each(FORGERIES)('a header %s is no TLS', async (_what, header) => {
    const wire = say(direct.https, STRANGER, header);
    const secured = connectTls({ socket: wire.socket, rejectUnauthorized: false });
    const outcome = await Promise.race([
      once(secured, 'secureConnect').then(() => 'taken'),
      once(secured, 'close').then(() => 'closed'),
    ]).catch(() => 'refused');
    expect(outcome).not.toBe('taken');
  });

  it.each(FORGERIES)('a header %s opens no TCP exposure', async (_what, header) => {
    const wire = say(direct.tcp, STRANGER, Buffer.concat([header, Buffer.from(REQUEST)]));
    expect([await wire.ends(), wire.text]).toEqual(['rst', '']);
  });

  it.each(CLAIMS)('a field %s changes nothing (X37)', async (name) => {
    const wire = say(
      direct.http,
      STRANGER,
      Buffer.from(REQUEST.replace('Connection', `${name}: ${FRIEND}\r\nConnection`)),
    );
    await wire.ends();
    expect(wire.text).toMatch(/^HTTP\/1\.1 (?:403|400) /);
  });
});
