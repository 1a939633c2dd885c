import { describe, expect, it } from 'vitest';
import { TunnelError } from '../contract/errors.ts';
import { runtimeOf } from './doctor/checks/runtime.ts';
import type { Patient } from './doctor/patient.ts';
import { FLOORS, mustBePatched, type Versions } from './floors.ts';

const AT_THE_FLOOR: Versions = Object.fromEntries(FLOORS.map(({ key, least }) => [key, least]));

function refusal(changes: Versions): string | undefined {
  try {
    mustBePatched({ ...AT_THE_FLOOR, ...changes });
    return undefined;
  } catch (error) {
    return error instanceof TunnelError ? `${error.code} ${error.seen}` : String(error);
  }
}

const examine = (changes: Versions) =>
  runtimeOf({ ...AT_THE_FLOOR, ...changes }).run(undefined as unknown as Patient, AbortSignal.abort());

describe('the floors (V3)', () => {
  it('are kept by the Node that is here', () => {
    expect(() => mustBePatched(process.versions)).not.toThrow();
  });

  it.each([
    ['node', '26.9.9', 'Node 26.9.9, not 26.10.0 or later.'],
    ['node', '25.99.0', 'Node 25.99.0, not 26.10.0 or later.'],
    ['node', '26.1.100', 'Node 26.1.100, not 26.10.0 or later.'],
    ['openssl', '3.5.6', 'OpenSSL 3.5.6, not 3.5.7 or later.'],
    ['openssl', '3.0.20+quic', 'OpenSSL 3.0.20+quic, not 3.5.7 or later.'],
    ['llhttp', '9.4.2', 'llhttp 9.4.2, not 9.4.3 or later.'],
    ['nghttp2', '1.68.9', 'nghttp2 1.68.9, not 1.69.0 or later.'],
    ['undici', '8.10.1', 'undici 8.10.1, not 8.10.2 or later.'],
    ['undici', undefined, 'undici (none), not 8.10.2 or later.'],
    ['llhttp', 'x', 'llhttp x, not 9.4.3 or later.'],
  ])('refuse %s %s with TK-5019, and doctor calls it a failure', async (key, version, seen) => {
    expect(refusal({ [key]: version })).toBe(`TK-5019 ${seen}`);
    expect(await examine({ [key]: version })).toMatchObject({ outcome: 'failure', code: 'TK-5019', seen });
  });

  it.each([
    ['node', '26.10.0'],
    ['node', '26.10.0-nightly'],
    ['node', '26.11.2'],
    ['node', '27.0.0'],
    ['openssl', '3.5.7'],
    ['openssl', '3.5.10+quic'],
    ['openssl', '4.0'],
    ['llhttp', '9.4.3.1'],
    ['nghttp2', '1.70.0-DEV'],
  ])('let %s %s be', (key, version) => {
    expect(refusal({ [key]: version })).toBeUndefined();
  });

  it('say all that is too old at once', () => {
    expect(refusal({ llhttp: '9.0.0', nghttp2: '1.0' })).toMatch(/llhttp 9\.0\.0.*; nghttp2 1\.0/);
  });

  it('are named by doctor, each beside what is here', async () => {
    const { outcome, seen } = await examine({});
    expect(outcome).toBe('ok');
    for (const { name, least } of FLOORS) expect(seen).toContain(`${name} ${least} (${least} or later)`);
  });
});
