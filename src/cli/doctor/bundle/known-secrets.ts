// Every secret that a part of a bundle could come by on this machine, so that a redactor looks for each as it is, whatever text it
// stands in. Private keys are not among them: no part reads a file that holds one, but for the certificates beside it.
import { readFile } from 'node:fs/promises';
import { parseProxy } from '../../../transport/proxy.ts';
import type { Environment } from '../../command.ts';
import type { Config } from '../../config/schema.ts';
import { agentFiles, dataDirectory, dataFiles } from '../../places.ts';
import { text } from '../../text.ts';
import type { Patient } from '../patient.ts';

const read = (file: string | undefined): Promise<string> =>
  file === undefined || file === '-' ? Promise.resolve('') : readFile(file, 'utf8').catch(() => '');

/** What stands behind `token=`, in links whole or broken. */
const tokensIn = (among: string): string[] => [...among.matchAll(/token=([^&\s"'<>]+)/g)].map(([, token]) => token!);

/** Of `user:password`: the pair, which HTTP Basic writes, and the password. */
const pairOf = (pair: string): string[] => [pair, pair.slice(pair.indexOf(':') + 1)];

/** Of what stands before the `@` of URLs, in whatever text: as it is written, and as it is meant. */
function credentialsIn(among: string): string[] {
  const pairs = [...among.matchAll(/\/\/([^\s"'<>]*)@/g)].flatMap(([, pair]) => pairOf(pair!));
  return pairs.flatMap((pair) => {
    try {
      return [pair, decodeURIComponent(pair)];
    } catch {
      return [pair];
    }
  });
}

/** A variable need not say `http://`; what is made of it is the value of a header. */
function inProxy(url: string): string[] {
  const written = credentialsIn(url.includes('://') ? url : `http://${url}`);
  try {
    return [...written, parseProxy(url).authorization ?? ''];
  } catch {
    return written;
  }
}

function inEnvironment(env: Environment): string[] {
  const { TUNNELKIT_TOKEN: token = '', TUNNELKIT_GATEWAY: gateway = '' } = env;
  const proxies = [env.HTTPS_PROXY, env.https_proxy, env.HTTP_PROXY, env.http_proxy, env.ALL_PROXY, env.all_proxy];
  return [token, ...tokensIn(gateway), ...proxies.flatMap((url = '') => inProxy(url))];
}

/** As it is understood, and as text: it may be broken, and be repeated in a message. */
function inConfig({ exposures = [] }: Config, source: string): string[] {
  const written = [...source.matchAll(/auth["']?\s*[:=]\s*["']?([^"'\n]+)/g)].map(([, pair]) => pair!.trim());
  const pairs = [...exposures.flatMap(({ auth }) => auth ?? []), ...written].flatMap(pairOf);
  return [...tokensIn(source), ...credentialsIn(source), ...pairs];
}

export async function knownSecrets(patient: Patient): Promise<readonly string[]> {
  const { env, options } = patient.invocation;
  const config = await patient.config().catch((): Config => ({}));
  const settings = await patient.agentSettings().catch(() => undefined);
  const asked = (await patient.serveSettings().catch(() => undefined))?.dataDirectory;
  const { firstToken, joinLink, localLink } = dataFiles(asked ?? dataDirectory(env, text(options['data-dir'])));
  const places = [
    settings?.['token-file'],
    firstToken,
    patient.configFile,
    agentFiles(env).gateways,
    joinLink,
    localLink,
  ];
  const [token = '', first = '', source = '', ...links] = await Promise.all(places.map(read));
  const all = [
    ...inEnvironment(env),
    ...inConfig(config, source),
    token,
    first,
    ...tokensIn([...links, text(options.gateway) ?? ''].join('\n')),
  ];
  return [...new Set(all.map((secret) => secret.trim()).filter((secret) => secret !== ''))];
}
