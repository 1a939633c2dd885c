// Half blocks → the modules of a QR code, without its quiet zone; true is dark.

const UPPER = '▀█';
const LOWER = '▄█';

export function modulesOf(rows: readonly string[], ink: 'dark' | 'light'): boolean[][] {
  const side = [...rows[0]!].length;
  const isInk = rows.flatMap((row) => [UPPER, LOWER].map((half) => [...row].map((block) => half.includes(block))));
  const dark = isInk.slice(0, side).map((row) => row.map((on) => (ink === 'dark' ? on : !on)));
  const quiet = dark.findIndex((row) => row.includes(true));
  return dark.slice(quiet, side - quiet).map((row) => row.slice(quiet, side - quiet));
}
