// What `tunnelkit doctor` finds of this machine: the outcomes of its checks that doctor.test.ts does not come by.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateSource } from '../doctor/checks/certificate-source.ts';
import { certificates, foundByAcme } from '../doctor/checks/certificates.ts';
import { config } from '../doctor/checks/config.ts';
import { dataDirectory } from '../doctor/checks/data-directory.ts';
import { roomFor } from '../doctor/checks/disk.ts';
import { gateway } from '../doctor/checks/gateway.ts';
import { leadsHere } from '../doctor/checks/names.ts';
import { origin } from '../doctor/checks/origin.ts';
import { ports } from '../doctor/checks/ports.ts';
import { serving } from '../doctor/checks/serving.ts';
import { tcp } from '../doctor/checks/tcp.ts';
import { SHORT_MS, silent, Ward } from './ward.testkit.ts';

const DAY_MS = 86_400_000;

let ward: Ward;
beforeAll(async () => {
  ward = await Ward.open();
});
afterAll(() => ward.world.close());

describe('the configuration', () => {
  it('is ok with how much there is in it', async () => {
    const file = ward.written('whole.yaml', 'exposures:\n  - target: 1\n  - target: 2\nserve:\n  http: 127.0.0.1:0\n');
    const seen = `${file}: 2 exposures, and settings of a gateway`;
    expect(await ward.find(config, { config: file })).toEqual({ outcome: 'ok', seen });
  });

  it('fails where it is not there, and where an exposure or the gateway could not be run by it', async () => {
    const twice = ward.written('twice.yaml', 'serve:\n  http: 127.0.0.1:99999\n');
    const target = ward.written('target.yaml', 'exposures:\n  - target: "what://ever"\n');
    for (const [file, code] of [
      [ward.world.path('none.yaml'), 'TK-5001'],
      [twice, 'TK-5002'],
      [target, 'TK-5005'],
    ] as const)
      expect(await ward.find(config, { config: file })).toMatchObject({ outcome: 'failure', code });
  });
});

describe("the gateway's machine", () => {
  it('fails with a data directory that cannot be', async () => {
    const found = await ward.find(dataDirectory, { 'data-dir': `${ward.written('plain-file', '')}/data` });
    expect(found).toMatchObject({ outcome: 'failure', code: 'TK-8001', todo: expect.stringContaining('--data-dir') });
  });

  it.each([
    [5e6, 'failure', 'TK-8002'],
    [100e6, 'warning', 'TK-8007'],
    [1e9, 'ok', undefined],
  ] as const)('with %i bytes free: %s', (free, outcome, code) => {
    expect(roomFor('/data', free)).toMatchObject({
      outcome,
      seen: expect.stringContaining('free for /data'),
      ...(code && { code }),
    });
  });

  it('has its ports free before the first start', async () => {
    const file = ward.written('free.yaml', 'serve:\n  http: 127.0.0.1:0\n  https: 127.0.0.1:0\n  admin: 127.0.0.1:0\n');
    const found = await ward.find(ports, { config: file, 'data-dir': ward.world.path('not-yet') });
    expect(found).toMatchObject({ outcome: 'ok', seen: expect.stringContaining('127.0.0.1:0 is free') });
  });

  it('is warned of a gateway that ran here once, and fails with one that is meant to run and does not', async () => {
    ward.written(`${ward.world.makeFolder('once/tunnelkit').slice(ward.world.folder.length)}/identity.key`, '');
    const once = await ward.find(serving, {}, { env: { XDG_DATA_HOME: ward.world.path('once') } });
    expect(once).toMatchObject({ outcome: 'warning', code: 'TK-5006' });
    const meant = await ward.find(serving, { 'data-dir': ward.world.path('once/tunnelkit') });
    expect(meant).toMatchObject({
      outcome: 'failure',
      code: 'TK-5006',
      todo: expect.stringContaining('tunnelkit serve'),
    });
  });

  it('is warned of a gateway of another version, as after an update', async () => {
    const data = ward.world.path('data/tunnelkit');
    const found = await ward.find(serving, { 'data-dir': data });
    expect(found).toMatchObject({ outcome: 'warning', code: 'TK-5018', todo: expect.stringContaining('anew') });
  });

  it('is where a name leads, or is not', async () => {
    expect(await leadsHere('localhost', new Set(['127.0.0.1', '::1']))).toMatchObject({ outcome: 'ok' });
    const elsewhere = await leadsHere('localhost', new Set(['192.0.2.1']));
    expect(elsewhere).toMatchObject({ outcome: 'warning', code: 'TK-4012', todo: expect.stringContaining('Point') });
  });
});

describe('the certificate of the domain', () => {
  const found = (serve: string) =>
    ward.find(certificateSource, { config: ward.written('source.yaml', `serve: { ${serve} }\n`) });
  const files = () => `cert: ${ward.world.path('cert.pem')}, key: ${ward.world.path('key.pem')}`;

  it('is ok as files that browsers trust, and warned of where they do not, or it is for another name', async () => {
    const untrusted = await found(`domain: example.test, ${files()}`);
    expect(untrusted).toMatchObject({
      outcome: 'warning',
      code: 'TK-6011',
      seen: expect.stringContaining('does not lead'),
    });
    ward.trust();
    expect(await found(`domain: example.test, ${files()}`)).toMatchObject({ outcome: 'ok' });
    const other = await found(`domain: other.test, ${files()}`);
    expect(other).toMatchObject({
      outcome: 'warning',
      code: 'TK-6011',
      seen: expect.stringContaining('not for other.test'),
    });
  });

  it('fails as files that are not there or do not belong together', async () => {
    const missing = `domain: example.test, cert: ${ward.world.path('none.pem')}, key: ${ward.world.path('key.pem')}`;
    expect(await found(missing)).toMatchObject({ outcome: 'failure', code: 'TK-6001' });
    const stranger = ward.written('stranger.pem', (await ward.authority.leaf(['example.test'])).key);
    const apart = `domain: example.test, cert: ${ward.world.path('cert.pem')}, key: ${stranger}`;
    expect(await found(apart)).toMatchObject({ outcome: 'failure', code: 'TK-6001' });
  });

  it('comes by ACME for a domain of the internet, and of the own authority without a domain', async () => {
    expect(await found('domain: example.com')).toMatchObject({
      outcome: 'ok',
      seen: expect.stringContaining('by ACME'),
    });
    expect(await found('domain: example.test')).toMatchObject({ outcome: 'warning', code: 'TK-6009' });
    expect(await found('drain-spread: 1')).toMatchObject({ outcome: 'not applicable' });
  });
});

describe('certificates for visitors', () => {
  const domain = (name: string) => ({ config: ward.written(`${name}.yaml`, `serve:\n  domain: ${name}\n`) });

  it('are ok where browsers trust them', async () => {
    ward.trust();
    const found = await ward.find(certificates, domain('example.test'));
    expect(found).toMatchObject({ outcome: 'ok', seen: expect.stringContaining('by an authority trusted here') });
  });

  it('are warned of where nobody vouches for them, they are for another name, or they have ended', async () => {
    const found = await ward.find(certificates, domain('example.test'));
    expect(found).toMatchObject({
      outcome: 'warning',
      code: 'TK-6011',
      seen: expect.stringContaining("the gateway's own authority"),
    });
    ward.trust();
    const other = await ward.find(certificates, domain('other.test'));
    expect(other).toMatchObject({
      outcome: 'warning',
      code: 'TK-6011',
      seen: expect.stringMatching(/but not for this name\.?$/),
    });
    const later = await ward.find(certificates, domain('example.test'), { aheadMs: 2 * DAY_MS });
    expect(later).toMatchObject({
      outcome: 'warning',
      code: 'TK-6010',
      seen: expect.stringMatching(/it has ended\.?$/),
    });
  });

  it('by ACME: on its way is ok, none is a failure, and what is not renewed is warned of', () => {
    const state = { name: 'a.test', until: null, retryAt: null, code: null, seen: null } as const;
    expect(foundByAcme({ ...state, state: 'valid' })).toBeUndefined();
    expect(foundByAcme({ ...state, state: 'coming' })).toMatchObject({ outcome: 'ok' });
    const closed = { ...state, code: 'TK-6003', seen: 'refused' };
    expect(foundByAcme({ ...closed, state: 'failed' })).toMatchObject({
      outcome: 'failure',
      code: 'TK-6003',
      seen: 'a.test: refused',
    });
    expect(foundByAcme({ ...closed, state: 'valid' })).toMatchObject({ outcome: 'warning', code: 'TK-6003' });
  });
});

describe('which gateway', () => {
  it('fails with a link or a token that is not whole', async () => {
    const broken = await ward.find(gateway, { gateway: ward.join.replace('pin=', 'pn=') });
    expect(broken).toMatchObject({ outcome: 'failure', code: 'TK-5003' });
    const options = { gateway: '127.0.0.1:1', 'token-file': ward.written('cut', 'tkt_cut') };
    expect(await ward.find(gateway, options)).toMatchObject({ outcome: 'failure', code: 'TK-5007' });
  });

  it('does not apply to a machine that is only to be a gateway', async () => {
    const file = ward.written('only.yaml', 'serve:\n  http: 127.0.0.1:0\n');
    const nowhere = { XDG_DATA_HOME: ward.world.path('nowhere'), XDG_CONFIG_HOME: ward.world.path('nowhere') };
    expect(await ward.find(gateway, { config: file }, { env: nowhere })).toMatchObject({ outcome: 'not applicable' });
    expect(await ward.find(tcp, { config: file }, { env: nowhere })).toMatchObject({ outcome: 'not applicable' });
  });
});

describe('the local service', () => {
  const target = (text: string) => ward.find(origin, { target: text }, { limits: { originConnectMs: SHORT_MS } });

  it('is ok as a directory and as a TCP service, and does not apply where none is named', async () => {
    expect(await target(ward.world.folder)).toEqual({ outcome: 'ok', seen: `dir:${ward.world.folder} is there` });
    expect(await target(`tcp://127.0.0.1:${ward.port}`)).toMatchObject({ outcome: 'ok' });
    expect(await ward.find(origin)).toMatchObject({
      outcome: 'not applicable',
      seen: expect.stringContaining('doctor 3000'),
    });
  });

  it('fails where it is silent, is no web server, or is a directory that is not there', async () => {
    for (const [text, code] of [
      [`127.0.0.1:${await silent()}`, 'TK-2007'],
      [`127.0.0.1:${ward.port}`, 'TK-2006'],
      [ward.world.path('no-such-directory'), 'TK-2008'],
    ] as const)
      expect(await target(text)).toMatchObject({ outcome: 'failure', code });
  });

  it('of a configuration is the worst of all that it names, and all are told', async () => {
    const file = ward.written(
      'several.yaml',
      `exposures:\n  - target: tcp://127.0.0.1:${ward.port}\n  - target: tcp://127.0.0.1:1\n`,
    );
    const found = await ward.find(origin, { config: file });
    expect(found).toMatchObject({
      outcome: 'failure',
      code: 'TK-2001',
      seen: expect.stringContaining('is there; tcp://'),
    });
  });
});
