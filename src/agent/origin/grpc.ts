import type { RequestHead } from '../../contract/message.ts';

/** `application/grpc`, with a message format or parameters behind it; `application/grpc-web` is another protocol, for HTTP/1 too. */
const GRPC = /^application\/grpc(?:[+;\s]|$)/i;

/** gRPC is defined for HTTP/2 alone (its PROTOCOL-HTTP2), so such a request tells how its origin is to be asked. */
export function isGrpc({ method, fields }: RequestHead): boolean {
  if (method !== 'POST') return false;
  return fields.some(
    (name, i) => i % 2 === 0 && name.toLowerCase() === 'content-type' && GRPC.test(fields[i + 1] ?? ''),
  );
}
