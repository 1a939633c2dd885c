// What a key asks of the world outside the terminal's text: the clipboard, a browser.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Environment } from '../command.ts';

/** The sequence that hands a text to the clipboard (OSC 52); terminals may be set not to take it, and never answer. */
export const clipboardSequence = (text: string): string => `\u001b]52;c;${Buffer.from(text).toString('base64')}\u0007`;

interface Opener {
  readonly command: string;
  readonly args: readonly string[];
}

/** What opens a URL here, or why nothing does. */
export function openerFor(url: string, env: Environment, platform: NodeJS.Platform): Opener | string {
  if (!/^https?:\/\//.test(url)) return 'only http and https open in a browser';
  if (platform === 'darwin') return { command: 'open', args: [url] };
  // `start` would take `&` in a URL for its own.
  if (platform === 'win32') return { command: 'explorer.exe', args: [url] };
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return 'no display here; q shows a QR code for another device';
  return { command: 'xdg-open', args: [url] };
}

/** Resolves with what to tell the person. */
export async function openInBrowser(url: string, env: Environment): Promise<string> {
  const opener = openerFor(url, env, process.platform);
  if (typeof opener === 'string') return opener;
  // Tokens may stand in variables of ours, which are nothing for a browser.
  const others = Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('TUNNELKIT_')));
  const child = spawn(opener.command, opener.args, { stdio: 'ignore', detached: true, env: others });
  try {
    await once(child, 'spawn');
    child.unref();
    return `opening it with ${opener.command}`;
  } catch (error) {
    return `${opener.command} cannot be run (${(error as NodeJS.ErrnoException).code})`;
  }
}
