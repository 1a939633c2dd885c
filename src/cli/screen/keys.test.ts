import { expect, it } from 'vitest';
import { terminalOf } from '../terminal.ts';
import { type Acting, press } from './keys.ts';
import { Model } from './model.ts';
import { EXPOSED, Show, SPEC, URL } from './screen.testkit.ts';

function pressing(colour: boolean, published = true) {
  const { standing, meter } = new Show();
  if (published) standing.tell(EXPOSED);
  const model = new Model('gw:443', [SPEC], true);
  model.runtime = { agent: { stats: undefined, exposures: [{ spec: SPEC, meter }] }, standing };
  const did: string[] = [];
  const acting: Acting = {
    env: {},
    terminal: terminalOf({ TERM: 'xterm' }, { color: colour }, { stdin: true, stdout: true, stderr: true }),
    send: (sequence) => did.push(`sends ${JSON.stringify(sequence)}`),
    note: (text) => did.push(`says ${text}`),
    signal: (name) => did.push(name),
  };
  return { model, did, press: (key: string) => press(key, model, acting) };
}

it('c hands the URL to the clipboard and says that the terminal must allow it', () => {
  const { did, press } = pressing(true);
  press('c');
  expect(did).toEqual([
    `sends "\\u001b]52;c;${Buffer.from(URL).toString('base64')}\\u0007"`,
    'says copied, if this terminal allows it (OSC 52)',
  ]);
});

it('o says where there is no display to open a browser on', async () => {
  const { did, press } = pressing(true);
  press('o');
  await Promise.resolve();
  expect(did).toEqual([
    process.platform === 'linux' ? 'says no display here; q shows a QR code for another device' : did[0],
  ]);
});

it('q and h unfold and fold; any key folds and still does its own', () => {
  const { model, press } = pressing(true);
  const after = (key: string) => {
    press(key);
    return model.panel?.kind;
  };
  expect(['q', 'q', 'h', '?', 'h', 'q', 'x', 'H', 'c'].map(after)).toEqual([
    'qr',
    undefined,
    'help',
    undefined,
    'help',
    'qr',
    undefined,
    'help',
    undefined,
  ]);
});

it('a QR code is black on white where there are colours, and light on what is mostly dark where there are none', () => {
  const panels = [true, false].map((colour) => {
    const { model, press } = pressing(colour);
    press('q');
    return model.panel;
  });
  expect(panels).toEqual([
    { kind: 'qr', url: URL, ink: 'dark' },
    { kind: 'qr', url: URL, ink: 'light' },
  ]);
});

it('keys that need a URL say when there is none yet', () => {
  const { did, press } = pressing(true, false);
  for (const key of 'coq') press(key);
  expect(did).toEqual(Array.from('coq', () => 'says there is no URL yet'));
});

it('Ctrl-C, Ctrl-Z and Ctrl-\\ are the signals that the terminal would have sent', () => {
  const { did, press } = pressing(true);
  for (const key of '\u0003\u001a\u001c') press(key);
  expect(did).toEqual(['SIGINT', 'SIGTSTP', 'SIGQUIT']);
});
