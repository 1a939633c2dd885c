import type { Crypto } from '../contract/crypto.ts';
import { generatedName, isExposureName, NAME_RANDOM_BYTES } from '../router/names.ts';

/** Chance gives a taken name once in 2^32; eight tries fail only where the globs leave no room. */
const TRIES = 8;

/**
 * A new name that some glob of the token allows, or undefined where its globs leave no room for a legal one.
 * Globs without a star are names of their own and come last, so that they stay free for whoever asks for them.
 */
export function makeName(
  crypto: Pick<Crypto, 'random'>,
  globs: readonly string[],
  taken: (name: string) => boolean,
): string | undefined {
  const ordered = globs.toSorted((a, b) => Number(b.includes('*')) - Number(a.includes('*')));
  for (const glob of ordered) {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const name = filled(glob, generatedName(crypto.random(NAME_RANDOM_BYTES)));
      if (isExposureName(name) && !taken(name)) return name;
    }
  }
  return undefined;
}

/** The first star becomes `name`, other stars nothing, `?` a letter. */
function filled(glob: string, name: string): string {
  return glob.replace('*', name).replaceAll('*', '').replaceAll('?', 'x');
}
