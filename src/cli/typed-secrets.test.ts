import { describe, expect, it } from 'vitest';
import { warnings, withoutSecrets } from './typed-secrets.ts';

const LINK = 'tk://h:1/?token=tkt_abcdefgh&pin=sha256-x';

describe('a command line for others to see', () => {
  it.each([
    [
      ['expose', '3000', '--name', 'app'],
      ['expose', '3000', '--name', 'app'],
    ],
    [
      ['expose', '3000', '--auth', 'ann:secret'],
      ['expose', '3000', '--auth', '…'],
    ],
    [
      ['expose', '3000', '--auth=ann:sec=ret'],
      ['expose', '3000', '--auth=…'],
    ],
    [
      ['login', LINK],
      ['login', 'tk://h:1/?token=…&pin=sha256-x'],
    ],
    [
      ['expose', `--gateway=${LINK}`],
      ['expose', '--gateway=tk://h:1/?token=…&pin=sha256-x'],
    ],
    [
      ['login', 'tkt_abcdefgh'],
      ['login', 'tkt_…'],
    ],
    [
      ['expose', 'http://ann:secret@host/'],
      ['expose', 'http://…@host/'],
    ],
    [['--auth'], ['--auth']],
  ])('%j is %j', (args, shown) => expect(withoutSecrets(args)).toEqual(shown));

  it('has a warning for each kind of secret, which holds none', () => {
    expect(warnings(['expose', '3000'])).toEqual([]);
    expect(warnings(['expose', '1', '--auth', 'ann:secret', '--gateway', LINK])).toEqual([
      expect.stringMatching(/^warning: a join link .*login -/),
      expect.stringMatching(/^warning: a password .*configuration file/),
    ]);
    expect(warnings(['expose', '1', '--auth=a:secret', LINK]).join()).not.toMatch(/secret|abcdefgh/);
  });
});
