import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { runtimeDirectories, runtimeDirectory } from './places.ts';

function session(): string {
  const path = mkdtempSync(join(tmpdir(), 'places-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

describe('what must not outlive a process', () => {
  it('lies where systemd says, else in the session of its user, else beside the configuration', () => {
    const XDG_RUNTIME_DIR = session();
    const env = { HOME: '/home/ann' };
    expect(runtimeDirectory({ ...env, XDG_RUNTIME_DIR, RUNTIME_DIRECTORY: '/run/x' })).toBe('/run/x');
    expect(runtimeDirectory({ ...env, XDG_RUNTIME_DIR })).toBe(join(XDG_RUNTIME_DIR, 'tunnelkit'));
    expect(runtimeDirectory({ ...env, XDG_RUNTIME_DIR: '/nowhere' })).toBe('/home/ann/.config/tunnelkit/run');
    expect(runtimeDirectory(env)).toBe('/home/ann/.config/tunnelkit/run');
  });

  it('does not lie in the session of somebody else, which sudo may leave in the environment', () => {
    const XDG_RUNTIME_DIR = session();
    const getuid = vi.spyOn(process, 'getuid').mockReturnValue(process.getuid!() + 1);
    onTestFinished(() => getuid.mockRestore());
    expect(runtimeDirectory({ HOME: '/root', XDG_RUNTIME_DIR })).toBe('/root/.config/tunnelkit/run');
  });

  it('is looked for in all of these places', () => {
    expect(runtimeDirectories({ HOME: '/h' })).toContain('/run/tunnelkit');
  });
});
