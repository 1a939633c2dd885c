// A text as a QR code in half blocks: two modules a character, upright and square. Pure.
import { encode } from 'uqr';

/** ISO/IEC 18004 asks for 4 light modules around; readers are content with 2, which is what fits 40 columns more often. */
const QUIET_MODULES = [4, 3, 2] as const;

/** By [upper dark, lower dark]. */
const DARK_BLOCKS = [' ', '▄', '▀', '█'] as const;
const LIGHT_BLOCKS = ['█', '▀', '▄', ' '] as const;

/**
 * Rows of characters, with the widest quiet zone that fits; undefined when none does. `ink` is what a block stands for: `dark` where
 * black on white can be asked for, `light` on a terminal of unknown colours, which is mostly dark.
 */
export function qrRows(
  text: string,
  columns: number,
  rows: number,
  ink: 'dark' | 'light',
): readonly string[] | undefined {
  const { size, data } = encode(text, { border: 0 });
  const quiet = QUIET_MODULES.find(
    (modules) => size + 2 * modules <= columns && Math.ceil((size + 2 * modules) / 2) <= rows,
  );
  if (quiet === undefined) return undefined;
  const side = size + 2 * quiet;
  const blocks = ink === 'dark' ? DARK_BLOCKS : LIGHT_BLOCKS;
  const isDark = (x: number, y: number) => Number(data[y - quiet]?.[x - quiet] ?? false);
  return Array.from({ length: Math.ceil(side / 2) }, (_, row) =>
    Array.from({ length: side }, (_, x) => blocks[isDark(x, 2 * row) * 2 + isDark(x, 2 * row + 1)]).join(''),
  );
}

/** Columns and rows the code needs at least. */
export function qrNeeds(text: string): readonly [columns: number, rows: number] {
  const side = encode(text, { border: 0 }).size + 2 * QUIET_MODULES.at(-1)!;
  return [side, Math.ceil(side / 2)];
}
