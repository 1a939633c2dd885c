import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ERRORS } from '../../contract/errors.ts';
import { Talk } from '../talk.ts';
import { terminalOf } from '../terminal.ts';
import { statusFrom } from './status.ts';

// In this process, so that agents which the machine of the test runs as services are not looked at.
it('where nothing runs exits 5 and says what to start', async () => {
  const home = mkdtempSync(join(tmpdir(), 'tunnelkit-status-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const nowhere = { write: () => expect.unreachable('it says nothing') };
  const talk = new Talk(nowhere, nowhere, { json: false, quiet: false });
  const terminal = terminalOf({}, {}, { stdin: false, stdout: false, stderr: false });
  const env = { HOME: home, XDG_DATA_HOME: home };
  const asked = statusFrom(() => [home])({ options: {}, env, talk, terminal, stderr: nowhere, version: '1' });
  await expect(asked).rejects.toMatchObject({ code: 'TK-5008' });
  expect(ERRORS['TK-5008']).toMatchObject({ exit: 5, todo: expect.stringContaining('`tunnelkit serve`') });
});
