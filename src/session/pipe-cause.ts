/** What a broken pipe means for the other end of its stream. */
import type { PipeCause } from '../contract/pipe.ts';
import { STREAM_CODE, type StreamCode } from '../contract/stream.ts';

/** The origin's pipe broke, on the side that accepted the stream. `connected`: it had been reached. */
export function originCode(cause: PipeCause | undefined, connected: boolean): StreamCode {
  switch (cause) {
    case 'refused':
      return STREAM_CODE.originRefused;
    case 'unreachable':
    case 'dns':
      return STREAM_CODE.originUnreachable;
    case 'timeout':
      return connected ? STREAM_CODE.originTimeout : STREAM_CODE.originConnectTimeout;
    case 'tls':
      return STREAM_CODE.originTls;
    case 'malformed':
      return STREAM_CODE.originMalformed;
    case 'defect':
      return STREAM_CODE.internal;
    case 'reset':
    case 'truncated':
    case 'local':
    case undefined:
      return STREAM_CODE.originReset;
    default:
      return cause satisfies never;
  }
}

/** The visitor's pipe broke, on the side that opened the stream. */
export function visitorCode(cause: PipeCause | undefined): StreamCode {
  if (cause === 'malformed') return STREAM_CODE.visitorMalformed;
  if (cause === 'timeout') return STREAM_CODE.visitorTimeout;
  if (cause === 'defect') return STREAM_CODE.internal;
  return STREAM_CODE.cancelled;
}
