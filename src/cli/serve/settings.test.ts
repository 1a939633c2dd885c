import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { serveSettings } from './settings.ts';

const env = { XDG_DATA_HOME: '/somewhere' };
const any = (port: number) => ({ host: '::', port });

describe('the settings of serve', () => {
  it('work at once on one machine, without anything given', () => {
    expect(serveSettings({}, {}, env)).toEqual({
      domain: undefined,
      certificate: undefined,
      acme: undefined,
      publicHost: undefined,
      http: any(8080),
      https: any(8443),
      agents: undefined,
      admin: { host: '127.0.0.1', port: 8081 },
      tcpPorts: [20_000, 20_099],
      trustedProxies: [],
      proxyProtocolFrom: [],
      insecure: false,
      drainSpreadMs: 0,
      memoryLimitBytes: expect.any(Number),
      dataDirectory: '/somewhere/tunnelkit',
    });
  });

  it('know a limit for memory: as given, or as the container and the machine have it', () => {
    const limit = (size: string) => serveSettings({ 'memory-limit': size }, {}, env).memoryLimitBytes;
    expect([limit('512M'), limit('1.5G'), limit('64m')]).toEqual([2 ** 29, 1.5 * 2 ** 30, 2 ** 26]);
    const unsaid = serveSettings({}, {}, env).memoryLimitBytes;
    expect(unsaid).toBeGreaterThan(128e6);
    expect(unsaid).toBeLessThanOrEqual(0.75 * totalmem());
    for (const size of ['much', '-1G', '1GB', '', '1e9'])
      expect(() => limit(size)).toThrow(/--memory-limit: ".*" is no size/);
    expect(() => limit('63M')).toThrow(/--memory-limit: 63M is too little/);
  });

  it('use the ports of the web with a domain, which is made canonical', () => {
    expect(serveSettings({ domain: 'Example.COM.' }, {}, env)).toMatchObject({
      domain: 'example.com',
      http: any(80),
      https: any(443),
    });
  });

  it('ask an ACME server for names of a domain, unless there are files or it is off', () => {
    const domain = 'example.com';
    const directory = 'https://acme-v02.api.letsencrypt.org/directory';
    expect(serveSettings({ domain }, {}, { ...env, HTTPS_PROXY: 'http://proxy:3128' }).acme).toEqual({
      directory,
      email: undefined,
      isPublic: true,
      proxies: { HTTPS_PROXY: 'http://proxy:3128' },
    });
    expect(serveSettings({ domain, acme: 'off' }, {}, env).acme).toBeUndefined();
    expect(serveSettings({ domain, cert: 'a', key: 'b' }, {}, env).acme).toBeUndefined();
    const own = { domain, 'acme-directory': 'https://ca.internal/dir', 'acme-email': 'ops@example.com' };
    expect(serveSettings({}, own, env).acme).toMatchObject({
      directory: own['acme-directory'],
      email: own['acme-email'],
      isPublic: false,
    });
  });

  it.each(['http://localhost:14000/dir', 'http://127.0.0.1/dir', 'http://[::1]/dir'])(
    'take the ACME server %s of this machine without TLS',
    (directory) => {
      expect(serveSettings({ 'acme-directory': directory }, {}, env).acme).toBeUndefined();
    },
  );

  it('take flags over the file', () => {
    const file = { domain: 'file.example', http: ':81', 'trusted-proxy': ['10.0.0.0/8'], 'drain-spread': 2 };
    const settings = serveSettings({ http: '127.0.0.1:82', domain: undefined }, file, env);
    expect(settings).toMatchObject({
      domain: 'file.example',
      http: { host: '127.0.0.1', port: 82 },
      trustedProxies: ['10.0.0.0/8'],
      drainSpreadMs: 2_000,
    });
  });

  it.each(['gw.example', '203.0.113.7', '2001:db8::1', '[2001:db8::1]'])('take %s as a public host', (publicHost) => {
    expect(serveSettings({ 'public-host': publicHost }, {}, env)).toMatchObject({ publicHost });
  });

  it.each([
    [{ http: 'x:y' }, /--http/],
    [{ http: ':65536' }, /--http/],
    [{ 'tcp-ports': '5-4' }, /--tcp-ports/],
    [{ 'tcp-ports': '1-2-3' }, /--tcp-ports/],
    [{ domain: 'a b' }, /--domain/],
    [{ domain: 'single' }, /--domain/],
    [{ 'public-host': 'a b' }, /--public-host/],
    [{ 'public-host': 'example.com:80' }, /--public-host/],
    [{ 'public-host': '[::1]:80' }, /--public-host/],
    [{ 'acme-directory': 'http://ca.example.com/dir' }, /--acme-directory/],
    [{ 'acme-directory': 'letsencrypt' }, /--acme-directory/],
    [{ 'acme-email': 'nobody' }, /--acme-email/],
    [{ 'acme-email': 'a@b.de,c@d.de x' }, /--acme-email/],
    [{ cert: 'a.pem' }, /--cert and --key/],
    [{ 'trusted-proxy': ['10.0.0.0/33'] }, /--trusted-proxy/],
    [{ 'proxy-protocol-from': ['balancer'] }, /--proxy-protocol-from/],
  ])('refuse %j and name the option', (options, message) => {
    expect(() => serveSettings(options, {}, env)).toThrow(message);
  });
});
