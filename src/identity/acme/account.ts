// The account at one authority: its key is made before it is registered, so whatever is killed in between finds the same account again.
import { generateKeyPairSync } from 'node:crypto';
import { readOrMake } from '../secret-file.ts';
import type { AcmeWire } from './wire.ts';

/** PEM of a fresh key on P-256, which every authority takes for accounts and for certificates. */
export function freshKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** Made at first use. Throws as `readOrMake`. */
export function accountKey(file: string): Promise<string> {
  return readOrMake(file, freshKey);
}

/**
 * The account's URL: of a new one, or of the one that this key has (RFC 8555 §7.3). A changed address is told to the authority.
 * Agrees to its terms of service. Throws AcmeFault.
 */
export async function register(wire: AcmeWire, email: string | undefined): Promise<string> {
  const contact = email === undefined ? {} : { contact: [`mailto:${email}`] };
  const url = await wire.resource('newAccount');
  const reply = await wire.post('account', url, { termsOfServiceAgreed: true, ...contact }, null);
  const account = reply.headers.location ?? '';
  const { contact: known } = (reply.data ?? {}) as { contact?: unknown };
  const isStale = reply.status === 200 && email !== undefined && String(known ?? '') !== String(contact.contact);
  if (isStale) await wire.post('account', account, contact, account);
  return account;
}
