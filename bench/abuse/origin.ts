// A program: an origin that answers at once, with little at `/`, more at `/page` and much at `/large`, reads what is sent to `/sink` and nothing of what is
// sent to `/deaf`. Prints its port.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const BODIES: Readonly<Record<string, Buffer>> = {
  '/page': Buffer.alloc(2 * 2 ** 20, 'm'),
  '/large': Buffer.alloc(64 * 2 ** 20, 'm'),
};

const server = createServer((asked, answer) => {
  if (asked.url === '/deaf') return;
  asked.resume();
  const body = BODIES[asked.url ?? ''];
  if (body !== undefined) answer.end(body);
  else asked.on('end', () => answer.end('ok'));
});
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
