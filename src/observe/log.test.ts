import { describe, expect, it } from 'vitest';
import { TunnelError } from '../contract/errors.ts';
import { type LogOptions, makeLog } from './log.ts';
import { Redactor } from './redactor.ts';

const CANARY = 'hunter2-canary';

function collect(changes: Partial<LogOptions> = {}) {
  const lines: string[] = [];
  const redactor = new Redactor();
  const stream = { write: (text: string) => lines.push(text) };
  const log = makeLog({ level: 'info', format: 'json', colour: false, stream, redactor, ...changes });
  return { log, lines, redactor };
}

describe('the log', () => {
  it('writes one JSON object a line, with time, level by name and message', () => {
    const { log, lines } = collect();
    log.info({ account: 'alice', n: 3 }, 'agent admitted');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\n$/);
    const { time, ...rest } = JSON.parse(lines[0]!);
    expect(rest).toEqual({ level: 'info', account: 'alice', n: 3, msg: 'agent admitted' });
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(10_000);
  });

  it('writes nothing below its level', () => {
    const { log, lines } = collect({ level: 'warn' });
    log.info('no');
    log.warn('yes');
    expect(lines).toHaveLength(1);
    const silent = collect({ level: 'silent' });
    silent.log.error('no');
    expect(silent.lines).toEqual([]);
  });

  it('writes plain lines for people, without a byte of colour unless it is asked for', () => {
    const { log, lines } = collect({ format: 'pretty' });
    log.child({ agent: 'a1' }).warn({ name: 'two words', empty: '', n: 1, list: [1, 'x'] }, 'name released');
    expect(lines[0]).toMatch(
      /^\d{4}-\d\d-\d\dT[\d:.]+Z warn {2}name released agent=a1 name="two words" empty="" n=1 list=\[1,"x"\]\n$/,
    );
    const coloured = collect({ format: 'pretty', colour: true });
    coloured.log.error('x');
    expect(coloured.lines[0]).toContain('\u001b[31merror\u001b[39m');
  });

  it('keeps what strangers send on one line and away from the terminal', () => {
    const { log, lines } = collect({ format: 'pretty' });
    log.info({ host: 'a\n2026 error all is lost', 'k\u001b': '\u001b[2J\u009b2J\u202e' }, 'odd\r\nmessage\u2028x');
    expect(lines[0]).toMatch(/^[\u0020-\u007e]+\n$/);
  });

  it('tells errors with their code, what was seen and their causes', () => {
    const { log, lines } = collect();
    log.error({ error: new TunnelError('TK-8002', 'a.db', { cause: new Error('SQLITE_FULL') }) }, 'store');
    expect(JSON.parse(lines[0]!).error).toMatchObject({
      code: 'TK-8002',
      seen: 'a.db',
      cause: { message: 'SQLITE_FULL' },
    });
    const pretty = collect({ format: 'pretty' });
    pretty.log.error({ error: new TunnelError('TK-8002', 'a.db') }, 'store');
    expect(pretty.lines[0]).toContain('error="TK-8002: The disk is full. a.db"');
  });

  it('lets no secret out: in messages, fields, keys, errors, causes and bindings, in both formats', () => {
    for (const format of ['json', 'pretty'] as const) {
      const { log, lines, redactor } = collect({ format, level: 'trace' });
      redactor.hide(CANARY);
      const inner = new Error(`inner ${CANARY}`, { cause: { deep: CANARY } });
      log.trace(`message ${CANARY}`);
      log.debug('formatted %s %j', CANARY, { CANARY });
      log.info({ [CANARY]: CANARY, nested: { list: [CANARY] }, bytes: Buffer.from(CANARY).toString('base64') }, 'x');
      log.error({ error: Object.assign(new Error(CANARY, { cause: inner }), { extra: CANARY }) });
      log.child({ binding: CANARY }).warn({ url: `http://u:${CANARY}@h/?token=${CANARY}` }, 'x');
      expect(lines).toHaveLength(5);
      expect(lines.join('')).not.toMatch(/canary|aHVudGVyMi1jYW5h/);
    }
  });

  it('stays JSON when a secret is a number', () => {
    const { log, lines, redactor } = collect();
    redactor.hide('2026');
    redactor.hide('1234');
    log.info({ n: 91_234_9, text: 'pin 1234' }, 'x');
    expect(JSON.parse(lines[0]!)).toMatchObject({ n: 912_349, text: 'pin …' });
  });
});
