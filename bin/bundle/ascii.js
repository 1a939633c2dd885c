// One character beyond ASCII, and V8 keeps the whole source at two bytes a character: 3 MB more in every process.
import { readFile, writeFile } from 'node:fs/promises';

const escaped = (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** esbuild escapes what stands in strings; this does the rest: regular expressions, templates with a tag, comments. */
export const ascii = {
  name: 'ascii',
  setup(build) {
    const { outfile } = build.initialOptions;
    build.onEnd(async ({ errors }) => {
      if (errors.length > 0) return;
      const source = await readFile(outfile, 'utf8');
      await writeFile(outfile, source.replaceAll(/[^\0-\x7f]/g, escaped));
    });
  },
};
