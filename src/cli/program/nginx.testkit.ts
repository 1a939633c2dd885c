// nginx with the sample configuration for a gateway behind it, at a loopback port; one process, so that it ends with its world.
import { readFileSync, writeFileSync } from 'node:fs';
import { freePort, ROOT, type World } from './program.testkit.ts';
import type { TestAuthority } from './secure-visit.testkit.ts';
import { visitUntil } from './visit.testkit.ts';

export interface NginxParts {
  readonly authority: TestAuthority;
  readonly domain: string;
  /** Where it passes everything on. */
  readonly gatewayPort: number | string;
}

/** Its port. */
export async function startNginx(world: World, { authority, domain, gatewayPort }: NginxParts): Promise<number> {
  const port = await freePort();
  const folder = world.makeFolder(`nginx-${port}`);
  const pair = await authority.leaf([domain, `*.${domain}`]);
  writeFileSync(`${folder}/cert.pem`, pair.cert);
  writeFileSync(`${folder}/key.pem`, pair.key);
  const words: Record<string, string> = {
    '@DIRECTORY@': folder,
    '@GATEWAY@': `127.0.0.1:${gatewayPort}`,
    '@LISTEN@': `127.0.0.1:${port}`,
    '@CERTIFICATE@': `${folder}/cert.pem`,
    '@KEY@': `${folder}/key.pem`,
  };
  const template = readFileSync(`${ROOT}/fixtures/nginx/link.conf`, 'utf8');
  const text = template.replace(/@[A-Z]+@/g, (word) => words[word] ?? word);
  writeFileSync(`${folder}/nginx.conf`, text);
  const args = ['-p', folder, '-c', `${folder}/nginx.conf`, '-g', 'daemon off; master_process off;'];
  world.start('nginx', process.env.NGINX ?? '/usr/sbin/nginx', args);
  // Plain HTTP at its TLS port is answered with 400 as soon as it listens.
  await visitUntil(new URL(`http://127.0.0.1:${port}`), (reply) => reply.status === 400);
  return port;
}
