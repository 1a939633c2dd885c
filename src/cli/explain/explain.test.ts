import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERRORS, type ErrorCode, STREAM_ERROR } from '../../contract/errors.ts';
import { errorPage } from '../../ingress/error-page.ts';
import { EXITS } from '../commands/exits.ts';
import { COMMANDS } from '../commands.ts';
import { Talk } from '../talk.ts';
import { terminalOf } from '../terminal.ts';
import { articleOf, OF_ACME, OF_DOCTOR, TO_AGENTS } from './article.ts';
import { command } from './explain.ts';

const CODES = Object.keys(ERRORS) as ErrorCode[];

/** The codes that stand in the sources of a folder of `src`, without tests and what `except` matches. */
function codesIn(folder: string, except = /^$/): ReadonlySet<ErrorCode> {
  const path = join(import.meta.dirname, '../..', folder);
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  const sources = names.filter((name) => /(?<!\.test|\.testkit)\.ts$/.test(name) && !except.test(name));
  const texts = sources.map((name) => readFileSync(join(path, name), 'utf8'));
  return new Set(texts.flatMap((text) => text.match(/TK-\d{4}/g) ?? []) as ErrorCode[]);
}

async function explain(code: string | undefined, json = false): Promise<string> {
  let said = '';
  const stdout = { write: (text: string) => (said += text) };
  const stderr = { write: () => {} };
  const talk = new Talk(stdout, stderr, { json, quiet: false });
  const terminal = terminalOf({}, {}, { stdin: false, stdout: false, stderr: false });
  expect(await command({ options: { code }, env: {}, talk, terminal, stderr, version: '1' })).toBe(0);
  return said;
}

describe('explain', () => {
  it.each(['TK-2001', 'tk-2001', 'tk2001', 'TK2001', '2001', ' 2001 '])('takes "%s" for TK-2001', async (typed) => {
    expect(await explain(typed)).toMatch(/^TK-2001: The local service refused the connection\.\n/);
  });

  it.each([
    ['1102', 'There is no code "1102"; the nearest is TK-1002.'],
    ['TK-20011', 'There is no code "TK-20011"; the nearest is TK-2001.'],
    ['pigeon', 'There is no code "pigeon".'],
  ])('says of "%s" that there is none, and which is nearest', async (typed, seen) => {
    await expect(explain(typed)).rejects.toMatchObject({ code: 'TK-5005', seen: expect.stringContaining(seen) });
  });

  it('lists every code under its family, with what happened', async () => {
    const list = await explain(undefined);
    for (const code of CODES) expect(list.replaceAll(/\n {3,}/g, ' ')).toContain(`\n  ${code}  ${ERRORS[code].what}`);
    expect(list.indexOf('2xxx, the local service')).toBeGreaterThan(list.indexOf('TK-1016'));
    const events = (await explain(undefined, true)).trimEnd().split('\n');
    expect(events.map((line) => JSON.parse(line).code)).toEqual(CODES);
  });

  it.each(CODES)('%s: says what to do, the exit status in words, and where it is met', async (code) => {
    const page = (await explain(code)).replaceAll(/\s+/g, ' ');
    const { what, todo, more = '', exit } = ERRORS[code];
    for (const text of [what, todo, more]) expect(page).toContain(text);
    expect(page).toContain(exit === undefined ? 'exit status none' : `exit status ${exit}: ${EXITS.get(exit)}`);
    expect(articleOf(code).appears.length).toBeGreaterThan(0);
    for (const line of articleOf(code).see)
      expect(COMMANDS.some(({ name }) => line.startsWith(`tunnelkit ${name}`))).toBe(true);
  });

  it('promises a visitor exactly the Proxy-Status that the page has', () => {
    for (const code of CODES.filter((one) => ERRORS[one].status !== undefined && !/TK-10(14|15|16)/.test(one))) {
      const { head } = errorPage({ code, accept: undefined, host: undefined });
      const field = head.fields[head.fields.indexOf('Proxy-Status') + 1]!;
      expect(articleOf(code).appears.join('\n')).toContain(`status ${head.status}, with \`Proxy-Status: ${field}\``);
    }
  });

  it('knows which codes the gateway tells agents: those of the relay that no visitor sees', () => {
    const named = codesIn('relay');
    // The session refuses an unknown version before the relay is asked. TK-4003 and TK-5002 are mostly the agent's own.
    const told = [...named, 'TK-1003'].filter((code) => !['TK-4003', 'TK-5002', 'TK-9001'].includes(code));
    expect(told.toSorted()).toEqual(TO_AGENTS.toSorted());
  });

  it('knows which codes only doctor finds, and which come of ACME', () => {
    const elsewhere = ['admin', 'agent', 'identity', 'ingress', 'relay', 'session', 'store', 'transport', 'cli'];
    const said = elsewhere.flatMap((folder) => [...codesIn(folder, /^(doctor|explain)\//)]);
    const named = new Set([...said, ...Object.values(STREAM_ERROR)]);
    const found = [...codesIn('cli/doctor')].filter((code) => !named.has(code));
    expect(found.toSorted()).toEqual(OF_DOCTOR.toSorted());
    const byAcme = [...codesIn('identity/acme'), ...codesIn('cli/serve')].filter((code) => code.startsWith('TK-6'));
    expect(byAcme).toEqual(expect.arrayContaining([...OF_ACME]));
  });
});
