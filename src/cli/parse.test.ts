import { describe, expect, it } from 'vitest';
import { COMMANDS } from './commands.ts';
import { parse } from './parse.ts';

const parsed = async (...args: string[]) => {
  const result = await parse(args, '1.2.3');
  return result.kind === 'command' ? { command: result.command.name, ...result.options } : result;
};

describe('the command line', () => {
  it('gives a command its positionals and options as text', async () => {
    expect(await parsed('expose', '3000', '--name', '42', '--port', '20001')).toMatchObject({
      command: 'expose',
      target: '3000',
      name: '42',
      port: 20001,
    });
    expect(await parsed('expose', '3000', '--allow-ip', '10.0.0.0/8', '--allow-ip', '::1/128')).toMatchObject({
      'allow-ip': ['10.0.0.0/8', '::1/128'],
    });
  });

  it("takes a command's own option in place of one of every command", async () => {
    expect(await parsed('bench', 'http', '--json', 'report.json')).toMatchObject({
      scenario: ['http'],
      json: 'report.json',
    });
    expect(await parsed('bench', '--json', '-')).toMatchObject({ json: '-' });
    expect(await parsed('status', '--json')).toMatchObject({ json: true });
  });

  it.each([
    [['exposee', '3000'], /There is no command "exposee". Did you mean expose\?/],
    [['pigeon'], /There is no command "pigeon".$/],
    [['expose'], /`tunnelkit expose` needs more: TARGET/],
    [['expose', '3000', '--nmae', 'x'], /--nmae is no option of `tunnelkit expose`. Did you mean --name\?/],
    [['expose', '3000', '--transport', 'pigeon'], /--transport takes auto, tls, .*, not "pigeon"/],
    [['expose', '3000', '4000'], /"4000" is one argument too many/],
    [['expose', '3000', '--name', 'a', '--name', 'b'], /--name is given twice/],
    [['expose', '3000', '--name'], /--name needs a value/],
    [['expose', '3000', '--name', ''], /--name needs a value/],
    [['expose', ''], /TARGET is empty/],
    [['expose', '3000', '--wait', 'soon'], /--wait takes a number/],
    [['expose', '3000', '--wait', '-1'], /--wait (takes a number|needs a value)/],
    [[], /Name a command/],
    [['serve', '--workers', '2'], /--workers is not built yet/],
    [['expose', '3000', '--transport', 'quic'], /--transport quic is not built yet/],
    [['serve', '--reactor', 'node'], /--reactor is not built yet/],
    [['help', 'exposee'], /There is no command "exposee". Did you mean expose\?/],
    [['pigeon', '--help'], /There is no command "pigeon"/],
  ])('refuses %j as a usage error', async (args, message) => {
    await expect(parse(args, '1.2.3')).rejects.toMatchObject({ code: 'TK-5005', seen: expect.stringMatching(message) });
  });

  it('takes - for what comes from stdin, as an argument and as a value', async () => {
    expect(await parsed('login', '-')).toMatchObject({ link: '-' });
    expect(await parsed('login', '--as', 'home', '-')).toMatchObject({ link: '-', as: 'home' });
    expect(await parsed('expose', '3000', '--token-file', '-')).toMatchObject({ target: '3000', 'token-file': '-' });
  });

  it('answers --version', async () => {
    expect(await parse(['--version'], '1.2.3')).toEqual({ kind: 'text', text: '1.2.3' });
  });

  it('answers --help, -h and the command help, of a command, of a topic and of all', async () => {
    for (const of of COMMANDS.filter(({ name }) => name !== 'help')) {
      expect(await parse([of.name, '--help'], '1.2.3')).toEqual({ kind: 'help', of });
      expect(await parse(['help', of.name], '1.2.3')).toEqual({ kind: 'help', of });
    }
    expect(await parse(['-h'], '1.2.3')).toEqual({ kind: 'help', of: undefined });
    expect(await parse(['help'], '1.2.3')).toEqual({ kind: 'help', of: undefined });
    expect(await parse(['help', 'environment'], '1.2.3')).toMatchObject({ of: { name: 'environment' } });
  });

  it('takes what stands after -- for no wish for help', async () => {
    await expect(parse(['expose', '--', '3000', '--help'], '1.2.3')).rejects.toMatchObject({ code: 'TK-5005' });
  });
});
