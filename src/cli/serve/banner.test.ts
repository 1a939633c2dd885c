import { describe, expect, it } from 'vitest';
import { blockOf, type Standing, sentencesOf } from './banner.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const LINK = `tk://example.com:443/?token=tkt_${'x'.repeat(43)}&pin=sha256-${'y'.repeat(43)}`;
const coming = { name: 'example.com', state: 'coming', until: null, retryAt: null, code: null, seen: null } as const;
const standing: Standing = {
  version: '1.2.3',
  addresses: { http: '[::]:80', https: '[::]:443', agents: '[::]:443', admin: '127.0.0.1:8081' },
  domain: 'example.com',
  names: { url: 'https://NAME.example.com', distrust: undefined, giver: 'acme-v02.api.letsencrypt.org' },
  certificate: coming,
  certificateFile: undefined,
  insecure: false,
  joinLink: LINK,
  joinLinkFile: '/var/lib/tunnelkit/join-link',
};
const certificates = (change: Partial<Standing>) => /certificates +([\s\S]*?)\n {2}next/.exec(block(change))![1];
const block = (change: Partial<Standing> = {}, columns = 80) => blockOf({ ...standing, ...change }, NOW, columns);

describe('on a terminal, what serve says', () => {
  it('is a block with the certificate, and what to do next', () => {
    expect(block().split('\n')).toEqual([
      'tunnelkit gateway 1.2.3',
      '  visitors      http [::]:80 · https [::]:443',
      '  agents        [::]:443',
      '  admin         127.0.0.1:8081',
      '  names         https://NAME.example.com',
      '  certificates  by acme-v02.api.letsencrypt.org, one for each name when it is',
      '                first exposed, http:// until then; example.com: on its way',
      '  next          `tunnelkit expose 3000` here, or on another machine after',
      `  tunnelkit login '${LINK}'`,
    ]);
  });

  it.each([48, 60, 80, 100, 200])('has no line longer than %d columns, but for the link', (columns) => {
    const lines = block({}, columns).split('\n').slice(0, -1);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });

  it('says until when the domain has a certificate, or why it has none', () => {
    const until = { ...coming, state: 'valid', until: '2026-03-02T10:00:00.000Z' } as const;
    expect(certificates({ certificate: until })).toMatch(/example\.com: until\s+2026-03-02$/);
    const failed = { ...coming, state: 'failed', code: 'TK-6003' } as const;
    expect(certificates({ certificate: failed })).toMatch(/example\.com: none:\s+TK-6003$/);
  });

  it('names the files of the operator, or why browsers trust nothing', () => {
    const names = { ...standing.names, giver: undefined };
    const given = { names, certificate: undefined, certificateFile: 'fullchain.pem' };
    expect(certificates(given)).toBe('fullchain.pem, read again when it changes');
    const distrusted = { ...given, names: { ...names, distrust: 'fullchain.pem has expired' } };
    expect(certificates(distrusted)).toBe('none for browsers: fullchain.pem has expired');
  });

  it('without a domain says how to get names', () => {
    const names = { url: 'http://NAME.localhost:8080', distrust: 'no browser trusts it', giver: undefined };
    expect(block({ domain: undefined, names, certificate: undefined })).toMatch(/for names +--domain D: /);
  });
});

describe('in a journal, what serve says', () => {
  it('holds no secret, but where it is', () => {
    const said = sentencesOf(standing, false);
    expect(said.join('\n')).not.toContain('token=');
    expect(said.at(-1)).toContain(standing.joinLinkFile);
  });

  it('holds no link that was revoked', () => {
    expect(sentencesOf({ ...standing, joinLink: undefined }, true).at(-1)).toMatch(/^the first token was revoked/);
    expect(block({ joinLink: undefined })).toMatch(/next +the first token was revoked/);
  });
});
