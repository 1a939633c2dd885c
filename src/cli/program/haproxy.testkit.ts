// Debian's haproxy as a TCP load balancer in front of a gateway: it passes bytes on, and says in a PROXY header whose they are.
import { writeFileSync } from 'node:fs';
import { freePort, type World } from './program.testkit.ts';
import { dial } from './visit.testkit.ts';

export interface Way {
  readonly to: number | string;
  /** Words of haproxy's `server` line: `send-proxy`, `send-proxy-v2 proxy-v2-options crc32c`, … */
  readonly how: string;
}

/** Listens on both loopbacks, connects from `source`; resolves with the port of each way, in order. */
export async function startHaproxy(world: World, source: string, ways: readonly Way[]): Promise<readonly number[]> {
  const ports: number[] = [];
  for (const _ of ways) ports.push(await freePort());
  const sections = ways.map(
    ({ to, how }, at) => `
listen way${at}
  bind 127.0.0.1:${ports[at]}
  bind [::1]:${ports[at]}
  server gateway 127.0.0.1:${to} source ${source} ${how}
`,
  );
  const file = `${world.makeFolder(`haproxy-${ports[0]}`)}/haproxy.cfg`;
  const defaults = 'defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 60s\n  timeout server 60s\n';
  writeFileSync(file, defaults + sections.join(''));
  world.start('haproxy', '/usr/sbin/haproxy', ['-db', '-f', file]);
  for (const port of ports) await listening(port);
  return ports;
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = await dial(new URL(`http://127.0.0.1:${port}`)).catch(() => undefined);
    socket?.destroy();
    if (socket !== undefined) return;
  }
}
