import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Options } from '../../parse.ts';
import { serveSettings } from '../../serve/settings.ts';
import { checkConfig } from '../load.ts';
import { configSchema, exposureSchema, serveSchema } from '../schema.ts';
import { shownAsText, shownConfig } from './show.ts';

const SECRET = 'tkt_canary1canary2canary3canary4';
const YAML = `gateway: gw.example.com:443
serve:
  domain: example.com
  http: 127.0.0.1:81
  drain-spread: 3
exposures:
  - target: 3000
    auth: ann:hunter22
  - target: tcp://localhost:5432
    port: 20005
`;
let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tunnelkit-show-'));
  file = join(folder, 'a.yaml');
  writeFileSync(file, YAML);
});
afterEach(() => rmSync(folder, { recursive: true }));

async function shown(options: Options, env: Record<string, string> = {}, text = YAML) {
  writeFileSync(file, text);
  return shownConfig({ options: { config: file, ...options }, env: { XDG_CONFIG_HOME: folder, HOME: folder, ...env } });
}

describe('config show', () => {
  it('says of each value who decided it: flag, variable, place in the file, default, or nobody', async () => {
    const { settings } = await shown({ https: ':9443' }, { TUNNELKIT_GATEWAY: 'home' });
    const found = (path: string) => {
      const setting = settings.find((one) => one.path.join('.') === path)!;
      return [setting.value, setting.decidedBy, setting.at];
    };
    expect(found('gateway')).toEqual(['home', 'variable', 'TUNNELKIT_GATEWAY']);
    expect(found('serve.https')).toEqual([':9443', 'flag', '--https']);
    expect(found('serve.http')).toEqual(['127.0.0.1:81', 'file', `${file}:4:3`]);
    expect(found('exposures.1.port')).toEqual([20005, 'file', `${file}:10:5`]);
    expect(found('exposures.1.host-header')).toEqual(['preserve', 'default', '']);
    expect(found('serve.cert')).toEqual([undefined, 'none', '']);
  });

  it('shows every key there is', async () => {
    const paths = (await shown({})).settings.map(({ path }) =>
      path.filter((part) => typeof part !== 'number').join('.'),
    );
    const under = (name: string, shape: object) => Object.keys(shape).map((key) => `${name}.${key}`);
    const keys = [
      ...Object.keys(configSchema.shape).filter((key) => key !== 'serve' && key !== 'exposures'),
      ...under('serve', serveSchema.shape),
      ...under('exposures', exposureSchema.shape),
    ];
    expect([...new Set(paths)].toSorted()).toEqual(keys.toSorted());
  });

  it.each([
    [false, 80],
    [true, 80],
    [true, 40],
  ])(
    'prints a configuration that serve understands as it was shown (origins: %s, columns: %i)',
    async (origins, width) => {
      const text = shownAsText(await shown({ domain: 'flag.example' }), origins, width);
      const padded = text.split('\n').filter((line) => / {2}#/.test(line.trimStart()));
      expect(padded.filter((line) => line.length > width)).toEqual([]);
      const { config } = checkConfig(text.replace('auth: …', 'auth: ann:other'), 'a.yaml');
      const env = { XDG_DATA_HOME: '/elsewhere', HOME: folder };
      expect(serveSettings({}, config.serve!, env)).toEqual(
        serveSettings({ domain: 'flag.example' }, checkConfig(YAML, 'a.yaml').config.serve!, { HOME: folder }),
      );
      expect(config.exposures!.map(({ target }) => target)).toEqual(['3000', 'tcp://localhost:5432']);
    },
  );

  it('shows no secret', async () => {
    const text = YAML.replace('gw.example.com:443', `tk://gw.example.com:443/?token=${SECRET}&pin=x`);
    const everything = JSON.stringify(await shown({}, { TUNNELKIT_TOKEN: SECRET }, text));
    expect(everything).toContain('tk://gw.example.com:443/?token=…&pin=x');
    for (const secret of [SECRET, 'hunter22']) expect(everything).not.toContain(secret);
  });

  it('says which gateway an agent would go to, and why, or why to none', async () => {
    const link = 'tk://[::1]:443/?token=tkt_AQ&pin=sha256-A';
    expect((await shown({}, { TUNNELKIT_GATEWAY: 'nowhere' })).gateway).toMatch(/^TK-5004: .*"nowhere"/);
    expect((await shown({ gateway: link })).gateway).toMatch(/^TK-5003: /);
    expect((await shown({ 'token-file': '-' })).gateway).toBe('its token comes from stdin');
  });

  it.each([
    [{ domain: 'single' }, YAML, 'TK-5002'],
    [{}, 'serve:\n  htps: 1\n', 'TK-5002'],
    [{ config: '/nowhere/a.yaml' }, YAML, 'TK-5001'],
  ])('fails where serve would: %j', async (options, text, code) => {
    await expect(shown(options, {}, text)).rejects.toMatchObject({ code });
  });
});
