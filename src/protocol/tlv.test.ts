import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExposureRequest } from '../contract/exposure.ts';
import { codecOf } from './codec.testkit.ts';
import { ProtocolError, type ProtocolErrorCode } from './error.ts';
import { decodeExpose, EXPOSE_REFUSED_TABLE, EXPOSE_TABLE, EXPOSED_TABLE, WITHDRAW_TABLE } from './expose.ts';
import { GOAWAY_TABLE } from './goaway.ts';
import { HELLO_TABLE } from './hello.ts';
import { PROOF_TABLE } from './proof.ts';
import { write } from './reference.testkit.ts';
import { PAYLOADS } from './samples.testkit.ts';
import { decodeTlv, encodeTlv, TLV_HEADER_BYTES, type TlvRow } from './tlv.ts';
import { text, uint } from './tlv-value.ts';
import { WELCOME_TABLE } from './welcome.ts';

const TABLES = {
  HELLO: HELLO_TABLE,
  PROOF: PROOF_TABLE,
  WELCOME: WELCOME_TABLE,
  GOAWAY: GOAWAY_TABLE,
  EXPOSE: EXPOSE_TABLE,
  EXPOSED: EXPOSED_TABLE,
  EXPOSE_REFUSED: EXPOSE_REFUSED_TABLE,
  WITHDRAW: WITHDRAW_TABLE,
};
type TlvName = keyof typeof TABLES;
const NAMES = Object.keys(TABLES) as readonly TlvName[];
const rowsOf = (name: TlvName) => Object.entries(TABLES[name]) as [string, TlvRow<unknown>][];

/** A payload taken apart: each TLV with its own header. */
function parts(payload: readonly number[]): number[][] {
  const found: number[][] = [];
  for (let at = 0; at < payload.length; ) {
    const size = TLV_HEADER_BYTES + payload[at + 1]! * 256 + payload[at + 2]!;
    found.push(payload.slice(at, at + size));
    at += size;
  }
  return found;
}

function decode(name: TlvName, tlvs: readonly (readonly number[])[]): unknown {
  const bytes = Buffer.from(tlvs.flat());
  return codecOf(name).decode(bytes, 0, bytes.length);
}

function refusal(work: () => unknown): ProtocolErrorCode | 'taken' {
  try {
    work();
    return 'taken';
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
}

const sample = (name: TlvName) =>
  (PAYLOADS[name] as fc.Arbitrary<unknown>).map((value) => ({
    value,
    tlvs: parts((write[name] as (value: unknown) => number[])(value)),
  }));

describe.each(NAMES)('the TLVs of %s', (name) => {
  it('have tags of 1 to 255, each once', () => {
    const tags = rowsOf(name).map(([, row]) => row.tag);
    expect(new Set(tags).size).toBe(tags.length);
    for (const tag of tags) expect(tag >= 1 && tag <= 255).toBe(true);
  });

  it('may come in any order', () => {
    const shuffled = sample(name).chain(({ value, tlvs }) =>
      fc.shuffledSubarray(tlvs, { minLength: tlvs.length, maxLength: tlvs.length }).map((order) => ({ value, order })),
    );
    fc.assert(
      fc.property(shuffled, ({ value, order }) => {
        expect(decode(name, order)).toEqual(value);
      }),
    );
  });

  it('may have tags among them that nobody knows, even twice', () => {
    const known = new Set(rowsOf(name).map(([, row]) => row.tag));
    const unknown = fc
      .tuple(
        fc.integer({ min: 0, max: 255 }).filter((tag) => !known.has(tag)),
        fc.uint8Array({ maxLength: 20 }),
      )
      .map(([tag, value]) => [tag, 0, value.length, ...value]);
    fc.assert(
      fc.property(
        sample(name),
        fc.array(unknown, { minLength: 1, maxLength: 3 }),
        fc.nat(),
        ({ value, tlvs }, strange, where) => {
          const at = where % (tlvs.length + 1);
          expect(decode(name, [...strange, ...tlvs.slice(0, at), ...strange, ...tlvs.slice(at)])).toEqual(value);
        },
      ),
    );
  });

  it('are refused when one comes twice', () => {
    const twice = sample(name).chain(({ tlvs }) => fc.constantFrom(...tlvs).map((again) => [...tlvs, again]));
    fc.assert(
      fc.property(twice, (tlvs) => {
        expect(refusal(() => decode(name, tlvs))).toBe('tlv');
      }),
    );
  });

  it('are refused when a mandatory one is missing, and no other', () => {
    const mandatory = new Set(
      rowsOf(name)
        .filter(([, row]) => row.absent === undefined)
        .map(([, row]) => row.tag),
    );
    const without = sample(name).chain(({ tlvs }) =>
      fc.constantFrom(...tlvs).map((gone) => ({ gone, tlvs: tlvs.filter((tlv) => tlv !== gone) })),
    );
    fc.assert(
      fc.property(without, ({ gone, tlvs }) => {
        const half = name === 'PROOF' && gone[0] !== 1;
        expect(refusal(() => decode(name, tlvs))).toBe(mandatory.has(gone[0]!) || half ? 'tlv' : 'taken');
      }),
    );
  });

  it('are refused when a length points behind the end', () => {
    fc.assert(
      fc.property(sample(name), fc.integer({ min: 1, max: 0xffff }), ({ tlvs }, more) => {
        const last = tlvs.at(-1)!;
        const length = last.length - TLV_HEADER_BYTES + more;
        fc.pre(length <= 0xffff);
        const broken = [last[0]!, length >> 8, length & 0xff, ...last.slice(TLV_HEADER_BYTES)];
        expect(refusal(() => decode(name, [...tlvs.slice(0, -1), broken]))).toBe('tlv');
      }),
    );
  });
});

describe('a TLV payload', () => {
  it('is refused when it ends within the header of a TLV', () => {
    const whole = write.WITHDRAW({ id: 5 });
    expect(refusal(() => decode('WITHDRAW', [whole, [200]]))).toBe('tlv');
    expect(refusal(() => decode('WITHDRAW', [whole, [200, 0]]))).toBe('tlv');
    expect(refusal(() => decode('WITHDRAW', [whole, [200, 0, 0]]))).toBe('taken');
  });

  it('leaves out what is undefined and gives it back as what absence means', () => {
    const request: ExposureRequest = {
      ...{ id: 1, kind: 'tcp', target: 'tcp://localhost:22', name: undefined, port: undefined, auth: undefined },
      ...{ allowIp: [], takeOver: false, pool: false },
    };
    const tags = parts(write.EXPOSE(request)).map((tlv) => tlv[0]);
    expect(tags).not.toContain(4);
    const bytes = Buffer.from(
      parts(write.EXPOSE(request))
        .filter((tlv) => tlv[0]! <= 3)
        .flat(),
    );
    expect(decodeExpose(bytes, 0, bytes.length)).toEqual(request);
  });

  it('does not take a member from the prototype of objects for one that came', () => {
    const table = { constructor: { tag: 1, value: text(9) }, toString: { tag: 2, value: uint(1, 0, 9) } };
    const into = Buffer.alloc(32);
    const length = encodeTlv(table as never, { constructor: 'abc', toString: 7 } as never, into, 0, 32);
    expect(decodeTlv(table as never, into, 0, length)).toEqual({ constructor: 'abc', toString: 7 });
    expect(refusal(() => decodeTlv(table as never, into, 0, 0))).toBe('tlv');
  });
});

describe('a fault code that this side does not know', () => {
  it('becomes TK-4009 and is kept in what was seen', () => {
    const goaway = { code: 'TK-1099', permanent: true, comeBackInMs: 5, seen: 'a new rule' };
    expect(decode('GOAWAY', [write.GOAWAY(goaway as never)])).toEqual({
      ...goaway,
      code: 'TK-4009',
      seen: 'TK-1099 a new rule',
    });
    const refused = { id: 3, code: 'constructor', seen: '' };
    expect(decode('EXPOSE_REFUSED', [write.EXPOSE_REFUSED(refused as never)])).toEqual({
      id: 3,
      code: 'TK-4009',
      seen: 'constructor',
    });
  });
});
