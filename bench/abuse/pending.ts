// B3: links of agents that say their first words and nothing more, from one address and from many, until the bounds on them are reached.
import { connect, type Socket } from 'node:net';
import { ADDRESSES, PREFACE } from './garbage.ts';
import type { Stage } from './stage.ts';

/** As the gateway admits them, and a little more. */
const LINKS_PER_SECOND = 250;
const FROM_ONE_ADDRESS = 100;
/** More than may be pending, in the time that each may be. */
const LINKS = 1_000;

/** Links that have said their first words and no more. */
async function silentLinks(stage: Stage, count: number, addresses: readonly string[]): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let n = 0; n < count; n += 1) {
    const socket = connect({
      port: stage.listener('http'),
      host: '127.0.0.1',
      localAddress: addresses[n % addresses.length]!,
    });
    socket.on('error', () => {}).resume();
    socket.write(PREFACE);
    sockets.push(socket);
    if (n % 25 === 24) await new Promise((resolve) => setTimeout(resolve, 25_000 / LINKS_PER_SECOND));
  }
  return sockets;
}

/** Prints what happened; resolves with whether both bounds were reached and others were served. */
export async function pending(stage: Stage, say: (line: string) => void): Promise<boolean> {
  const fromOne = await silentLinks(stage, FROM_ONE_ADDRESS, [ADDRESSES[0]!]);
  const fromAll = await silentLinks(stage, LINKS, ADDRESSES.slice(1));
  const during = await stage.bystander('paced', 1);
  const [perAddress, inAll] = [await stage.bound('linksPendingPerAddress'), await stage.bound('linksPending')];
  for (const socket of [...fromOne, ...fromAll]) socket.destroy();
  const reached = perAddress > 0 && inAll > 0 && during.failed === 0;
  say(
    `${reached ? 'kept  ' : 'BROKEN'} pending links ${FROM_ONE_ADDRESS} from one address: ${perAddress} turned away past 64; ` +
      `${fromAll.length} from ${ADDRESSES.length - 1}: ${inAll} turned away past 512; ${during.failed} of ${during.count} visits failed`,
  );
  return reached;
}
