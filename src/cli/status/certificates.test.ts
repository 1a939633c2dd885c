import { describe, expect, it } from 'vitest';
import type { CertificateState } from '../serve/certificates.ts';
import { certificateLines } from './certificates.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const good: CertificateState = {
  name: 'app.example.com',
  state: 'valid',
  until: '2026-03-02T10:00:00.000Z',
  retryAt: null,
  code: null,
  seen: null,
};
const closed: CertificateState = {
  name: 'docs.example.com',
  state: 'failed',
  until: null,
  retryAt: '2026-01-01T00:03:00.000Z',
  code: 'TK-6003',
  seen: 'docs.example.com: connection refused',
};

describe('certificates, for people', () => {
  it('are nothing where no authority is asked', () => {
    expect(certificateLines([], NOW, 80)).toEqual([]);
  });

  it('are a table of names, below what is wrong', () => {
    const coming: CertificateState = { ...good, name: 'new.example.com', state: 'coming', until: null };
    const stale: CertificateState = { ...good, name: 'old.example.com', code: 'TK-6005', seen: 'no route' };
    expect(certificateLines([good, closed, coming, stale], NOW, 140)).toEqual([
      '  TK-6003 The certificate authority could not connect to port 80 of the name. docs.example.com: connection refused',
      "    to do: Open port 80 and lead it to this gateway's HTTP listener (firewall, router, `--http`).",
      '  TK-6005 The certificate authority cannot be reached, or failed. no route',
      '    to do: Check that this machine reaches it (network, HTTPS_PROXY, `--acme-directory`). It is tried again by itself.',
      '  NAME              CERTIFICATE',
      '  app.example.com   until 2026-03-02',
      '  docs.example.com  none: TK-6003, again in 3 min',
      '  new.example.com   on its way',
      '  old.example.com   until 2026-03-02, not renewed: TK-6005',
    ]);
  });

  it('say once what keeps all of them waiting', () => {
    const away = { ...closed, code: 'TK-6005', seen: 'the directory: ECONNREFUSED' };
    const lines = certificateLines([away, { ...away, name: 'two.example.com' }], NOW, 200);
    expect(lines.filter((line) => line.includes('TK-6005 The'))).toHaveLength(1);
  });

  it('fit a narrow terminal', () => {
    const lines = certificateLines([good, closed], NOW, 40);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
    expect(lines.slice(-4)).toEqual([
      '  app.example.com',
      '    until 2026-03-02',
      '  docs.example.com',
      '    none: TK-6003, again in 3 min',
    ]);
  });
});
