// A load process: takes one order after the other from its parent, and answers each with what was counted or with what went wrong.
import { hireForDownloads, hireForUploads } from './bulk.ts';
import { hireForConnections } from './connections.ts';
import { Crew } from './crew.ts';
import { IdleCrowd } from './idle.ts';
import type { Answer, Order, Reply } from './orders.ts';
import { hireForPingPong } from './pingpong.ts';
import { hireForRequests } from './requests.ts';

const idle = new IdleCrowd();

export async function carryOut(order: Order): Promise<Answer> {
  switch (order.kind) {
    case 'requests':
      return new Crew().work(order, hireForRequests(order));
    case 'connections':
      return new Crew().work(order, hireForConnections(order));
    case 'download':
      return new Crew().work(order, hireForDownloads(order));
    case 'upload':
      return new Crew().work(order, hireForUploads(order));
    case 'pingpong':
      return new Crew().work(order, hireForPingPong(order));
    case 'idle':
      await idle.become(order.at, order.visitors);
      return { amount: order.visitors, seconds: 0, times: [] };
    default:
      return order satisfies never;
  }
}

async function reply(order: Order): Promise<Reply> {
  try {
    return { answer: await carryOut(order) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** Runs until its parent is gone or ends it. */
export function part(): Promise<number> {
  process.on('message', (order: Order) => void reply(order).then((said) => process.send!(said)));
  process.send!('ready');
  return new Promise(() => {});
}
