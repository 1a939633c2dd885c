import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { FlowLedger } from './flow-ledger.ts';

const HOST = '127.0.0.1';
/** Between two datagrams of a flow. */
const PACE_MS = 5;
/** What comes while this process is busy is lost only beyond this. */
const RCVBUF_BYTES = 2_097_152;

async function bound(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: RCVBUF_BYTES });
  // Nobody listens there any more: told by ICMP, and loss like any other.
  socket.on('error', () => {});
  socket.bind(0, HOST);
  await once(socket, 'listening');
  return socket;
}

/** Answers each datagram that it hears for the first time with one of its own. */
export async function serveDatagrams(ledger: FlowLedger): Promise<Socket> {
  const socket = await bound();
  socket.on('message', (bytes, { port, address }) => {
    const heard = ledger.hearUp(bytes, port);
    if (heard === undefined) return;
    const answer = heard === 'empty' ? ledger.sayNothing('down') : ledger.say('down', heard);
    socket.send(answer, port, address);
  });
  return socket;
}

/** One flow of so many datagrams. Resolves when they are sent, with a socket on which late answers are still heard. */
export async function visitDatagrams(ledger: FlowLedger, port: number, count: number): Promise<Socket> {
  const flow = ledger.begin();
  const socket = await bound();
  socket.on('message', (bytes) => ledger.hearDown(bytes, flow));
  for (let nth = 0; nth < count; nth++) {
    socket.send(ledger.say('up', { flow, nth }), port, HOST);
    await new Promise((resolve) => setTimeout(resolve, PACE_MS));
  }
  return socket;
}
