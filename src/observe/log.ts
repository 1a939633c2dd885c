/**
 * The log: pino, one redactor, and two ways to write a line. Everything happens in this process, since pino's own transports
 * are threads that do not survive bundling. Refuses to know what is worth a line.
 */
import { type Logger, pino } from 'pino';
import { prettyLine } from './pretty.ts';
import type { Redactor } from './redactor.ts';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export type Log = Pick<Logger, 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'child' | 'isLevelEnabled'>;

export interface LogOptions {
  readonly level: LogLevel;
  /** Lines for people, or JSON. */
  readonly format: 'pretty' | 'json';
  readonly colour: boolean;
  readonly stream: { write(text: string): unknown };
  readonly redactor: Redactor;
}

export function makeLog(options: LogOptions): Log {
  const { level, format, colour, stream, redactor } = options;
  const isPretty = format === 'pretty';
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.errWithCause },
    },
    {
      // Cleaned as values, not as text: in text a secret of digits would tear a number, and the line would be JSON no more.
      write(line: string) {
        const record = redactor.cleanValue(JSON.parse(line)) as Record<string, unknown>;
        stream.write(`${isPretty ? prettyLine(record, colour) : JSON.stringify(record)}\n`);
      },
    },
  );
}
