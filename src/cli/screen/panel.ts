// What a key unfolds in place of the header: help, or a QR code. Pure; says so when there is no room.
import { cutLine, type Line, span } from './line.ts';
import { qrNeeds, qrRows } from './qr.ts';
import type { Panel } from './view.ts';

const HELP: readonly (readonly [key: string, does: string])[] = [
  ['c', 'copy the URL'],
  ['o', 'open it in a browser'],
  ['q', 'show it as a QR code'],
  ['h ?', 'this help'],
  ['Ctrl-Z', 'suspend'],
  ['Ctrl-C', 'stop; twice: at once'],
];

const KEY_COLUMNS = 8;
const CLOSE = span('any key closes this', 'dim');

const helpLines = (): readonly Line[] => [
  ...HELP.map(([key, does]): Line => [span(key.padEnd(KEY_COLUMNS), 'bold'), span(does)]),
  [CLOSE],
];

function qrLines({ url, ink }: Panel & { kind: 'qr' }, columns: number, rows: number): readonly Line[] {
  const code = qrRows(url, columns, rows - 1, ink);
  if (code !== undefined)
    return [...code.map((text): Line => [{ text, style: ink === 'dark' ? 'paper' : 'plain' }]), [CLOSE]];
  const [width, height] = qrNeeds(url);
  const lacks = `The QR code needs ${width} columns and ${height + 2} rows; here are ${columns} and ${rows + 1}.`;
  return [[span(lacks, 'yellow')], [CLOSE]];
}

/** May be cut short: nothing in it is worth a row that is not there. */
export function panelLines(panel: Panel, columns: number, rows: number): readonly Line[] {
  const lines = panel.kind === 'help' ? helpLines() : qrLines(panel, columns, rows);
  return lines.slice(0, Math.max(1, rows)).map((line) => cutLine(line, columns));
}
