import type { RequestHead } from '../contract/message.ts';

/** Stands where a request is asked for and there is none: TCP visits, and heads that could not be read. */
export const NO_REQUEST: RequestHead = {
  kind: 'request',
  method: '',
  scheme: 'http',
  authority: '',
  path: '',
  fields: [],
  body: 'none',
  length: -1,
  upgrade: undefined,
  acceptsTrailers: false,
};
