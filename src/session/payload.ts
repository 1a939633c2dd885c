/** Payloads on their own, for frames that are rare: what is said often is written straight into the outbox. */
import { encodeGoaway, type Goaway } from '../protocol/goaway.ts';

/** Times are often drawn by chance; the wire says whole milliseconds. */
export function goawayPayload(goaway: Goaway, max: number): Buffer {
  return payloadOf(encodeGoaway, { ...goaway, comeBackInMs: Math.max(0, Math.round(goaway.comeBackInMs)) }, max);
}

/** Throws RangeError for a record that the wire cannot say. */
export function payloadOf<T>(
  encode: (record: T, into: Buffer, at: number, max: number) => number,
  record: T,
  max: number,
): Buffer {
  const into = Buffer.alloc(max);
  const length = encode(record, into, 0, max);
  if (length < 0) throw new RangeError('a record with a member that the wire cannot say');
  return Buffer.from(into.subarray(0, length));
}
