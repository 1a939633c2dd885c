// The shape of a row of the error table.

/** One row a fault the program can name: what happened, and what to do. `seen` is filled in where it happens. */
export interface ErrorRow {
  readonly what: string;
  readonly todo: string;
  /** Whole sentences for `explain`, where `what` and `todo` leave a question open. */
  readonly more?: string;
  /** HTTP status of the reply to a visitor, if one is sent. */
  readonly status?: number;
  /** Exit status, if the program ends of it. */
  readonly exit?: number;
  /** RFC 9209 error type, for the Proxy-Status field. */
  readonly proxyStatus?: string;
}
