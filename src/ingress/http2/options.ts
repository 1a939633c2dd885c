import type { ServerSessionOptions } from 'node:http2';
import type { Limits } from '../../contract/limits.ts';

const MIB = 1_048_576;

/** Every bound of `node:http2`, said and not left to its defaults. */
export function sessionOptions(limits: Limits): ServerSessionOptions {
  return {
    settings: {
      enablePush: false,
      enableConnectProtocol: true,
      maxConcurrentStreams: limits.h2Streams,
      initialWindowSize: limits.h2WindowBytes,
      maxHeaderListSize: limits.h2FieldBlockBytes,
    },
    maxHeaderListPairs: limits.h2FieldBlockPairs,
    maxSessionMemory: limits.h2SessionBytes / MIB,
    maxSessionInvalidFrames: limits.h2InvalidFrames,
    maxSessionRejectedStreams: limits.h2RejectedStreams,
    maxOutstandingPings: limits.h2OwnPings,
    maxSettings: limits.h2SettingsEntries,
    // Fields that may stand once only are the business of whoever reads them.
    strictSingleValueFields: false,
    strictFieldWhitespaceValidation: true,
  };
}
