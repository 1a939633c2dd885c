import { describe, expect, it } from 'vitest';
import { hostFor, parseHostHeader } from './host-header.ts';

describe('the Host an origin is told', () => {
  it.each([
    ['preserve', 'www.example.com', 'www.example.com'],
    ['preserve', '', 'localhost:3000'],
    ['rewrite', 'www.example.com', 'localhost:3000'],
    ['rewrite', '', 'localhost:3000'],
    ['app.test:8080', 'www.example.com', 'app.test:8080'],
  ])('with %s, when %j was asked for, is %s', (choice, asked, told) => {
    expect(hostFor(parseHostHeader(choice)!, asked, 'localhost:3000')).toBe(told);
  });

  it.each(['', 'a b', 'a\r\nX: y', 'http://a', 'a/b', 'user@host', 'a:b', 'ü.de', '[::1'])('cannot be %j', (text) => {
    expect(parseHostHeader(text)).toBeUndefined();
  });

  it.each(['a', '[::1]', '[::1]:80', 'a.b:1'])('can be %s', (text) => {
    expect(parseHostHeader(text)).toEqual({ value: text });
  });
});
