import type { Clock } from '../../contract/clock.ts';
import type { ClientMessage } from '../../http/client-message.ts';
import type { Connection } from '../../http/connection.ts';
import type { HttpExchange } from './http-exchange.ts';
import type { Meter } from './meter.ts';
import type { Exchange } from './origin.ts';

/** One exchange's hold on a connection to the origin. When the message is done the pool has it back by itself. */
export interface OriginConnection {
  readonly connection: Connection;
  readonly message: ClientMessage;
  /** It served another exchange before: the origin may have closed it just now, unseen. */
  readonly used: boolean;
}

/** What an exchange asks of its pool. */
export interface ExchangeHost {
  readonly clock: Pick<Clock, 'now'>;
  readonly meter: Meter;
  /** A connection at rest, or a new one. */
  take(): OriginConnection;
  /** A new one. */
  dial(): OriginConnection;
  /** From now on the head of the answer is awaited. */
  awaits(exchange: HttpExchange): void;
  awaitsNoMore(exchange: HttpExchange): void;
  ended(exchange: Exchange): void;
  /** Calls it in a later turn. */
  defer(run: () => void): void;
}
