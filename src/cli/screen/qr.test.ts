import { encode } from 'uqr';
import { expect, it } from 'vitest';
import { modulesOf } from './qr.testkit.ts';
import { qrRows } from './qr.ts';

const URL = 'https://swift-otter-42.example.com';

it.each(['dark', 'light'] as const)(
  'shows every module of the code, with %s blocks and a quiet zone of four',
  (ink) => {
    const rows = qrRows(URL, 80, 40, ink)!;
    const { data, size } = encode(URL, { border: 0 });
    expect(rows.every((row) => row.length === size + 8)).toBe(true);
    expect(modulesOf(rows, ink)).toEqual(data);
  },
);

it('narrows the quiet zone to two before it gives up', () => {
  const { size } = encode(URL, { border: 0 });
  expect(qrRows(URL, size + 4, 40, 'dark')?.[0]).toHaveLength(size + 4);
  expect(qrRows(URL, size + 3, 40, 'dark')).toBeUndefined();
  expect(qrRows(URL, 80, Math.ceil((size + 4) / 2) - 1, 'dark')).toBeUndefined();
});
