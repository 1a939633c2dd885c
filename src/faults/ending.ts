/** The ledger's one rule: a reader that sees FIN has every byte; whoever does not, sees an abort. */

export interface Sender {
  readonly name: string;
  /** Bytes given to the pipe or socket. */
  readonly sent: number;
  /** It has said FIN behind them. */
  readonly finished: boolean;
}

export interface Receiver {
  readonly name: string;
  readonly got: number;
  /** How the sender ended, for it. */
  readonly saw: 'open' | 'fin' | 'reset';
}

/** What is wrong with one direction of a conversation; nothing, if that is empty. */
export function illegalEndings(from: Sender, to: Receiver): readonly string[] {
  const faults: string[] = [];
  if (to.got > from.sent) faults.push(`${to.name} got ${to.got} bytes of ${from.sent}`);
  if (to.saw === 'open') faults.push(`${to.name} never saw an end`);
  if (to.saw !== 'fin') return faults;
  if (!from.finished) faults.push(`${to.name} saw FIN, but ${from.name} did not say it`);
  if (to.got !== from.sent) faults.push(`${to.name} saw FIN after ${to.got} of ${from.sent} bytes`);
  return faults;
}
