// The table of limits tells the truth: every row is read somewhere, and `serve --print-limits` prints it whole.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LIMITS, type LimitName, limitValues } from '../../contract/limits.ts';
import { printLimits } from '../serve/print-limits.ts';
import { Talk } from '../talk.ts';

const SRC = join(import.meta.dirname, '../..');
const TABLE = 'contract/limits.ts';

function sources(): readonly string[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !/\.(test|suite|testkit)\.ts$/.test(name) && name !== TABLE)
    .map((name) => readFileSync(join(SRC, name), 'utf8'));
}

/** Read as a property or taken out of the limits; a name in quotes, or one that is only counted, says nothing of the value. */
function isRead(name: LimitName, texts: readonly string[]): boolean {
  const pattern = new RegExp(`(?<!['"]|limitsHit\\.)\\b${name}\\b(?!['"])`);
  return texts.some((text) => pattern.test(text));
}

function printed(json: boolean): string {
  let text = '';
  const output = {
    write: (more: string) => {
      text += more;
    },
  };
  printLimits(new Talk(output, { write: () => {} }, { json, quiet: false }));
  return text;
}

describe('the table of limits', () => {
  const names = Object.keys(LIMITS) as LimitName[];

  it('has no row that nobody reads', () => {
    const texts = sources();
    expect(names.filter((name) => !isRead(name, texts))).toEqual([]);
  });

  it('would notice a row that is only counted or named', () => {
    expect(isRead('adminConnections', ["metrics.limitsHit.adminConnections += 1; bound('adminConnections')"])).toBe(
      false,
    );
    expect(isRead('adminConnections', ['server.maxConnections = limits.adminConnections;'])).toBe(true);
  });

  it('is printed whole by serve --print-limits: a line for each row, with value, unit, reason and what happens', () => {
    const lines = printed(false).split('\n').slice(0, -1);
    expect(lines).toHaveLength(names.length);
    names.forEach((name, index) => {
      const { value, unit, why, hit } = LIMITS[name];
      for (const part of [name, `${value} ${unit}`, why, hit]) expect(lines[index]).toContain(part);
    });
  });

  it('is printed whole as JSON events', () => {
    const events = printed(true)
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line));
    expect(events).toEqual(names.map((name) => ({ v: 1, type: 'limit', name, ...LIMITS[name] })));
  });

  it('leaves room for what is added on the way: what one bound lets in, the next one carries', () => {
    const { fieldCount, wireFieldCount, headBytes, responseHeadBytes, controlFrameBytes, frameBytes, linkArenaBytes } =
      limitValues();
    const addedFields = 8;
    expect(wireFieldCount).toBeGreaterThanOrEqual(fieldCount + addedFields);
    expect(controlFrameBytes).toBeGreaterThan(Math.max(headBytes, responseHeadBytes) + addedFields * 1_024);
    expect(linkArenaBytes).toBeGreaterThan(Math.max(controlFrameBytes, frameBytes));
  });

  it('has positive values and a reason in every row, and can be changed only in known names', () => {
    for (const name of names) {
      expect(LIMITS[name].value).toBeGreaterThan(0);
      expect(LIMITS[name].why).not.toBe('');
    }
    expect(limitValues({ headBytes: 5 })).toEqual({ ...limitValues(), headBytes: 5 });
    expect(Object.isFrozen(limitValues())).toBe(true);
  });
});
