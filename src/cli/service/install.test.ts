import { expect, it, onTestFinished, vi } from 'vitest';
import { Talk } from '../talk.ts';
import { install, uninstall } from './install.ts';
import { Systemd } from './systemd.ts';

it.each([install, uninstall])(
  '%o of a system service needs root, and asks for it before anything else',
  async (act) => {
    const getuid = vi.spyOn(process, 'getuid').mockReturnValue(1_000);
    onTestFinished(() => getuid.mockRestore());
    const silent = { write: () => {} };
    const invocation = { talk: new Talk(silent, silent, { json: false, quiet: false }), env: { PATH: '' } };
    const asked = { role: 'serve', scope: 'system', config: undefined } as const;
    await expect(act(asked, new Systemd('system'), invocation as never)).rejects.toMatchObject({ code: 'TK-5014' });
  },
);
