// A real nginx with the sample configuration of `fixtures/nginx`, listening at a Unix socket so that no port is fixed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certificate } from '../contract/reactor.ts';

export interface TestNginx {
  /** Speaks TLS. */
  readonly path: string;
  close(): Promise<void>;
}

const TEMPLATE = new URL('../../fixtures/nginx/link.conf', import.meta.url);

export async function startNginx(gatewayPort: number, certificate: Certificate): Promise<TestNginx> {
  const directory = await mkdtemp(join(tmpdir(), 'tunnelkit-nginx-'));
  await chmod(directory, 0o755);
  const path = join(directory, 'nginx.sock');
  const words: Record<string, string> = {
    '@DIRECTORY@': directory,
    '@GATEWAY@': `127.0.0.1:${gatewayPort}`,
    '@LISTEN@': `unix:${path}`,
    '@CERTIFICATE@': join(directory, 'cert.pem'),
    '@KEY@': join(directory, 'key.pem'),
  };
  await writeFile(words['@CERTIFICATE@']!, certificate.cert);
  await writeFile(words['@KEY@']!, certificate.key);
  const template = await readFile(TEMPLATE, 'utf8');
  const configuration = join(directory, 'nginx.conf');
  await writeFile(
    configuration,
    template.replace(/@[A-Z]+@/g, (word) => words[word] ?? word),
  );

  const options = ['-p', directory, '-c', configuration, '-g', 'daemon off;'];
  const nginx = spawn('nginx', options, { stdio: ['ignore', 'ignore', 'pipe'] });
  const gone = once(nginx, 'exit').catch((error: Error) => [error.message]);
  let said = '';
  nginx.stderr.on('data', (text: Buffer) => {
    said += text;
  });
  // A test run that is cut short must leave no server behind.
  const kill = () => void nginx.kill('SIGKILL');
  process.once('exit', kill);
  let ended = false;
  gone.then(() => {
    ended = true;
  });
  while (!(await isThere(path))) {
    if (ended) throw new Error(`nginx did not start (is the package nginx installed?): ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return {
    path,
    close: async () => {
      nginx.kill('SIGTERM');
      process.off('exit', kill);
      await gone;
      await rm(directory, { recursive: true });
    },
  };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
