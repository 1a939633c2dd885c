import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Redactor } from './redactor.ts';

const TOKEN = `tkt_${'aB3-_'.repeat(9)}xyz`;

describe('the redactor', () => {
  it.each([
    ['a token', `token ${TOKEN} was given`, 'token tkt_… was given'],
    ['an admin token', `tka_${'x'.repeat(43)}.`, 'tka_….'],
    ['a join link', `tk://h:1/?token=${TOKEN}&pin=sha256-abc`, 'tk://h:1/?token=…&pin=sha256-abc'],
    ['a token that is cut', TOKEN.slice(0, 12), 'tkt_…'],
    ['a parameter', '/x?a=1&Token=hunter2&b=2', '/x?a=1&Token=…&b=2'],
    ['the credentials of a proxy', 'via http://user:hunter2@proxy:3128/', 'via http://…@proxy:3128/'],
    ['a bearer', 'authorization: bearer hunter2hunter2', 'authorization: bearer …'],
    ['HTTP Basic', 'Authorization: Basic aHVudGVyMg==', 'Authorization: Basic …'],
    [
      'a private key',
      'x -----BEGIN EC PRIVATE KEY-----\nMHcC\nAQEE\n-----END EC PRIVATE KEY-----',
      'x -----BEGIN EC PRIVATE KEY-----…-----END EC PRIVATE KEY-----',
    ],
  ])('hides %s by its form', (_name, text, clean) => {
    expect(new Redactor().clean(text)).toBe(clean);
  });

  it.each(['the token was refused', 'tokens=', 'Basic authentication', 'http://host:80/a:b@c', 'sha256-abc', 'a=b'])(
    'leaves %j as it is',
    (text) => {
      expect(new Redactor().clean(text)).toBe(text);
    },
  );

  it('hides a named secret as it is, in URLs, in JSON and in base64, wherever it stands', () => {
    const secrets = fc.string({ minLength: 4, maxLength: 30, unit: 'grapheme' }).filter((text) => /\S{4}/.test(text));
    fc.assert(
      fc.property(secrets, fc.string({ maxLength: 10 }), (secret, rest) => {
        const redactor = new Redactor();
        redactor.hide(secret);
        const base64 = Buffer.from(secret + rest).toString('base64');
        for (const form of [secret, JSON.stringify(secret), encodeURIComponent(secret), base64]) {
          const core = form === base64 ? form.slice(0, Math.floor((Buffer.byteLength(secret) * 4) / 3) - 2) : form;
          expect(redactor.clean(`before ${form} after`)).not.toContain(core);
        }
      }),
    );
  });

  it('hides a named secret in hexadecimals, in URLs of either case, and in base64 wherever its bytes begin', () => {
    const redactor = new Redactor();
    redactor.hide('hunter/2:alice');
    const hex = Buffer.from('hunter/2:alice').toString('hex');
    for (const form of [hex, hex.toUpperCase(), 'hunter%2F2%3Aalice', 'hunter%2f2%3aalice'])
      expect(redactor.clean(`x ${form} y`)).toBe('x … y');
    for (const [before, core] of [
      ['', 'aHVudGVyLzI6YWxpY2'],
      ['a', 'h1bnRlci8yOmFsaWNl'],
      ['ab', 'odW50ZXIvMjphbGlj'],
    ] as const)
      expect(redactor.clean(Buffer.from(`${before}hunter/2:alice and more`).toString('base64'))).not.toContain(core);
  });

  it('hides the longer of two secrets whole when one holds the other', () => {
    const redactor = new Redactor();
    redactor.hide('hunter');
    redactor.hide('hunter2:alice');
    expect(redactor.clean('hunter2:alice hunter')).toBe('… …');
  });

  it('takes the characters of a secret literally', () => {
    const redactor = new Redactor();
    redactor.hide('a.c[d]*\\(e)$^|');
    expect(redactor.clean('xa.c[d]*\\(e)$^|x abc')).toBe('x…x abc');
  });

  it('hides buffers, which as numbers would tell a key', () => {
    const value = JSON.parse(JSON.stringify({ seed: Buffer.from([1, 2, 3]), list: [1, 2, 3] }));
    expect(new Redactor().cleanValue(value)).toEqual({ seed: '…', list: [1, 2, 3] });
  });

  it('hides fields that are secrets by their name, and texts and keys at any depth', () => {
    const redactor = new Redactor();
    redactor.hide('hunter2');
    const value = { a: [{ hunter2: 'x hunter2', n: 1, no: null }], Password: 'p', authorization: ['x'], auth: 'u:p' };
    expect(redactor.cleanValue(value)).toEqual({
      a: [{ '…': 'x …', n: 1, no: null }],
      Password: '…',
      authorization: '…',
      auth: '…',
    });
  });
});
