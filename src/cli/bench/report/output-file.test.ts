import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { refuseUnwritable, writeOutput } from './output-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'tunnelkit-output-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('a report in a file', () => {
  it('takes the place of the one before, and leaves nothing beside it', async () => {
    const place = join(directory, 'place');
    mkdirSync(place);
    const file = join(place, 'report.html');
    writeFileSync(file, 'old and longer');
    await refuseUnwritable(file);
    await writeOutput(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(readdirSync(place)).toEqual(['report.html']);
  });

  it('is written into what is no file', async () => {
    await refuseUnwritable('/dev/null');
    await writeOutput('/dev/null', 'gone');
  });

  it('is refused before the measurement where it could not be written after it', async () => {
    for (const file of [join(directory, 'none', 'report.json'), directory, '/proc/report.json'])
      await expect(refuseUnwritable(file)).rejects.toMatchObject({
        code: 'TK-8005',
        seen: expect.stringContaining(file),
      });
  });

  it('says why it could not be written', async () => {
    await expect(writeOutput(join(directory, 'none', 'report.json'), '')).rejects.toMatchObject({ code: 'TK-8005' });
    await expect(writeOutput(directory, '')).rejects.toMatchObject({ code: 'TK-8005' });
    await expect(writeOutput('/dev/full', 'text')).rejects.toMatchObject({ code: 'TK-8002' });
  });
});
