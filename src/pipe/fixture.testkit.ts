// The ready-made certificates of fixtures/tls.
import { readFileSync } from 'node:fs';
import type { Certificate } from '../contract/reactor.ts';

export function fixtureCertificate(name: 'localhost' | 'other'): Certificate {
  const read = (part: string): string =>
    readFileSync(new URL(`../../fixtures/tls/${name}.${part}.pem`, import.meta.url), 'utf8');
  return { cert: read('cert'), key: read('key') };
}
