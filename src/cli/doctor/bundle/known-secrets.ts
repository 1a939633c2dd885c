// Every secret the program can come by on this machine, so that a redactor looks for each as it is, whatever text it stands in.
import { readFile } from 'node:fs/promises';
import { parseProxy } from '../../../transport/proxy.ts';
import type { Environment } from '../../command.ts';
import type { Config } from '../../config/schema.ts';
import { agentFiles, dataFiles } from '../../places.ts';
import type { Patient } from '../patient.ts';

const read = (file: string | undefined): Promise<string> =>
  file === undefined || file === '-' ? Promise.resolve('') : readFile(file, 'utf8').catch(() => '');

/** What stands behind `token=`, in links whole or broken. */
const tokensIn = (text: string): string[] => [...text.matchAll(/token=([^&\s"'<>]+)/g)].map(([, token]) => token!);

/** Of `scheme://user:password@host`, as it is written and as it is meant; and the header that is made of it. */
function credentialsIn(url: string): string[] {
  const [, pair] = /\/\/([^/@\s]*)@/.exec(url.includes('://') ? url : `http://${url}`) ?? [];
  if (pair === undefined) return [];
  const written = [pair, pair.replace(/^[^:]*:/, '')];
  try {
    return [...written, ...written.map(decodeURIComponent), parseProxy(url).authorization ?? ''];
  } catch {
    return written;
  }
}

function inEnvironment(env: Environment): string[] {
  const { TUNNELKIT_TOKEN: token = '', TUNNELKIT_GATEWAY: gateway = '' } = env;
  const proxies = [env.HTTPS_PROXY, env.https_proxy, env.HTTP_PROXY, env.http_proxy];
  return [token, ...tokensIn(gateway), ...proxies.flatMap((url) => credentialsIn(url ?? ''))];
}

function inConfig({ gateway = '', exposures = [] }: Config): string[] {
  const pairs = exposures.flatMap(({ auth }) => (auth === undefined ? [] : [auth, auth.slice(auth.indexOf(':') + 1)]));
  return [...tokensIn(gateway), ...pairs];
}

/** The file as text too: it may be broken, and be repeated in a message. */
const inBrokenConfig = (text: string): string[] => [
  ...tokensIn(text),
  ...[...text.matchAll(/auth["']?\s*[:=]\s*["']?([^"'\n]+)/g)].flatMap(([, pair]) => [
    pair!.trim(),
    pair!.trim().replace(/^[^:]*:/, ''),
  ]),
];

export async function knownSecrets(patient: Patient): Promise<readonly string[]> {
  const { env, options } = patient.invocation;
  const config = await patient.config().catch((): Config => ({}));
  const settings = await patient.agentSettings().catch(() => undefined);
  const directory = (await patient.serveSettings().catch(() => undefined))?.dataDirectory;
  const { firstToken, joinLink, localLink } = dataFiles(directory ?? String(options['data-dir'] ?? ''));
  const [token, gateways, configText, ...links] = await Promise.all(
    [settings?.['token-file'], agentFiles(env).gateways, patient.configFile, joinLink, localLink, firstToken].map(read),
  );
  const all = [
    ...inEnvironment(env),
    ...inConfig(config),
    ...inBrokenConfig(configText ?? ''),
    token ?? '',
    ...tokensIn([gateways, String(options.gateway ?? ''), ...links].join('\n')),
    links.at(-1) ?? '',
  ];
  return [...new Set(all.map((secret) => secret.trim()).filter((secret) => secret !== ''))];
}
