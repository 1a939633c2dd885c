/** A log record as one line for people: time, level, message, key=value. Whatever it holds, it stays one line of plain text. */
import { Chalk, type ChalkInstance } from 'chalk';
import { visible } from './visible.ts';

const PLAIN = new Chalk({ level: 0 });
const COLOURED = new Chalk({ level: 1 });

const PAINT: Readonly<Record<string, (chalk: ChalkInstance) => ChalkInstance>> = {
  warn: (chalk) => chalk.yellow,
  error: (chalk) => chalk.red,
};

/** `record`: what pino wrote, parsed. Without the newline. */
export function prettyLine(record: Readonly<Record<string, unknown>>, colour: boolean): string {
  const chalk = colour ? COLOURED : PLAIN;
  const { time, level, msg, ...fields } = record;
  const paint = PAINT[String(level)]?.(chalk) ?? chalk;
  const words = [chalk.dim(visible(String(time))), paint(visible(String(level)).padEnd(5)), visible(String(msg ?? ''))];
  for (const [key, value] of Object.entries(fields)) words.push(`${chalk.dim(`${visible(key)}=`)}${valueText(value)}`);
  return words.join(' ');
}

function valueText(value: unknown): string {
  // The stack is for JSON: it takes many lines, and the message is what is read here.
  if (typeof value === 'object' && value !== null && 'message' in value) return valueText(value.message);
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  return visible(typeof value === 'string' && /[\s"=]|^$/.test(text) ? JSON.stringify(text) : text);
}
