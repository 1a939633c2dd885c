import { describe, expect, test } from 'vitest';
import { ERRORS, type ErrorCode } from '../contract/errors.ts';
import { errorPage } from './error-page.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8';

function field(fields: readonly string[], name: string): string | undefined {
  const at = fields.indexOf(name);
  return at < 0 ? undefined : fields[at + 1];
}

describe('error pages', () => {
  test.each(Object.keys(ERRORS) as ErrorCode[])('%s has a page with its code and an exact length', (code) => {
    const { head, body } = errorPage({ code, accept: undefined, host: undefined });
    expect(body.toString()).toContain(code);
    expect(head.length).toBe(body.length);
    expect(head.status).toBe('status' in ERRORS[code] ? ERRORS[code].status : 500);
    expect(field(head.fields, 'Proxy-Status')).toMatch(new RegExp(`^tunnelkit; error=[a-z_]+; details="${code}"$`));
  });

  test.each([
    [undefined, 'text/html; charset=utf-8'],
    ['*/*', 'text/html; charset=utf-8'],
    [BROWSER, 'text/html; charset=utf-8'],
    ['application/json', 'application/json'],
    ['application/problem+json, */*', 'application/json'],
  ])('for Accept: %s the type is %s', (accept, type) => {
    expect(field(errorPage({ code: 'TK-3001', accept, host: 'x' }).head.fields, 'Content-Type')).toBe(type);
  });

  test('JSON says code, status, what and what to do', () => {
    const { body } = errorPage({ code: 'TK-3002', accept: 'application/json', host: 'x' });
    expect(JSON.parse(body.toString())).toMatchObject({ code: 'TK-3002', status: 503, todo: expect.any(String) });
  });

  test('a host with markup is escaped', () => {
    const page = errorPage({ code: 'TK-3001', accept: undefined, host: `<script>alert('x')</script>&"` });
    expect(page.body.toString()).not.toContain('<script>');
    expect(page.body.toString()).toContain('&#60;script&#62;');
  });

  test('503 says when to come back, 401 carries the challenge', () => {
    expect(field(errorPage({ code: 'TK-3002', accept: undefined, host: 'x' }).head.fields, 'Retry-After')).toBe('2');
    const fields = ['WWW-Authenticate', 'Basic realm="x"'];
    expect(errorPage({ code: 'TK-1009', accept: undefined, host: 'x', fields }).head.fields).toEqual(
      expect.arrayContaining(fields),
    );
  });
});
