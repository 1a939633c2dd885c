import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';
import { FramePeer } from '../../../conformance/raw/frame-peer.ts';
import { type Limits, limitValues } from '../../../contract/limits.ts';
import { WholeWay } from '../../../ingress/whole-way.testkit.ts';
import { makeNodeReactor } from '../../../pipe/node/reactor.ts';

/** Lets `origin` listen; the whole way to it as the service `grpc`, and a visitor's connection over HTTP/2. */
export async function grpcWay(origin: Server, limits: Partial<Limits>): Promise<{ way: WholeWay; peer: FramePeer }> {
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const target = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
  const way = await WholeWay.start(makeNodeReactor(limitValues(limits)), limits, { grpc: target });
  return { way, peer: FramePeer.open(way.port) };
}
