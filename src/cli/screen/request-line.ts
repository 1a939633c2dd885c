// One finished exchange as a line that scrolls: time, status, method, path, briefly and size, in columns where there is room.
import type { AgentEvent } from '../../agent/events.ts';
import { pathWords } from '../agent/wording.ts';
import { briefly } from '../duration.ts';
import { size } from '../size.ts';
import { cutText, type Line, type Span, type Style, span, widthOf } from './line.ts';

type Request = AgentEvent & { readonly type: 'request' };

/** From here on the line has the time of day and its figures stand below each other. */
export const WIDE_COLUMNS = 60;
const METHOD_COLUMNS = 7;
const TIME_COLUMNS = 8;
const SIZE_COLUMNS = 9;
/** Below this a path says nothing any more, and the size gives way. */
const PATH_COLUMNS_LEAST = 8;

/** A character of two columns takes up to four bytes; marks upon it are not worth more. */
const BYTES_PER_COLUMN = 8;

const STATUS_STYLE: readonly Style[] = ['plain', 'cyan', 'green', 'cyan', 'yellow', 'red'];

function statusSpan({ status, cause }: Request): Span {
  if (status === undefined) return span(cause === 'local' ? 'left' : 'fail', cause === 'local' ? 'dim' : 'red');
  // Begun well and cut: what the visitor got is not whole.
  if (cause !== undefined) return span(`${status}!`, 'red');
  return span(`${status} `, STATUS_STYLE[Math.floor(status / 100)] ?? 'plain');
}

/** `time`: of day, as `14:02:11`. */
export function requestLine(request: Request, time: string, columns: number): Line {
  const wide = columns >= WIDE_COLUMNS;
  const before: Span[] = [
    ...(wide ? [span(`${time}  `, 'dim')] : []),
    statusSpan(request),
    span(` ${cutText(request.method, METHOD_COLUMNS).padEnd(wide ? METHOD_COLUMNS : 0)} `),
  ];
  const took = briefly(request.ms);
  const bytes = size(request.bytes);
  const figures = wide ? ` ${took.padStart(TIME_COLUMNS)} ${bytes.padStart(SIZE_COLUMNS)}` : ` ${took} ${bytes}`;
  const left = columns - widthOf(before);
  const after = left - figures.length >= PATH_COLUMNS_LEAST ? figures : ` ${took}`;
  const room = Math.max(1, left - after.length);
  const path = cutText(span(pathWords(request.path, room * BYTES_PER_COLUMN)).text, room);
  const gap = ' '.repeat(Math.max(0, room - widthOf([{ text: path, style: 'plain' }])));
  return [...before, { text: path + gap, style: 'plain' }, span(after, 'dim')];
}
