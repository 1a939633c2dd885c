// A steady load of short requests over connections that are kept, every other one a POST, and what became of each.
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as elapse } from 'node:timers/promises';

const TICK_MS = 10;
const SERVICE_MS = 20;
/** At once; whoever is held up longer is not made up for afterwards. */
const AT_ONCE = 100;

export interface Failure {
  readonly method: string;
  readonly why: string;
  readonly begunAt: number;
  readonly endedAt: number;
}

/** A service that takes its time, and knows how many wait for it. */
export class Service {
  waiting = 0;
  served = 0;
  readonly #server: Server = createServer((_asked, answer) => {
    this.waiting += 1;
    this.served += 1;
    answer.on('close', () => {
      this.waiting -= 1;
    });
    setTimeout(() => answer.end('done'), SERVICE_MS);
  });

  async listen(): Promise<string> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return String((this.#server.address() as AddressInfo).port);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

export class Load {
  readonly ms: number[] = [];
  readonly failed: Failure[] = [];
  readonly #url: URL;
  readonly #connections = new Agent({ keepAlive: true });
  readonly #under = new Set<Promise<void>>();
  readonly #running: Promise<void>;
  #over = false;

  constructor(url: URL, perSecond: number) {
    this.#url = url;
    this.#running = this.#run(perSecond);
  }

  /** Requests without an answer now. */
  get underWay(): number {
    return this.#under.size;
  }

  async stop(): Promise<void> {
    this.#over = true;
    await this.#running;
    await Promise.all(this.#under);
    this.#connections.destroy();
  }

  async #run(perSecond: number): Promise<void> {
    const begun = performance.now();
    for (let sent = 0; !this.#over; ) {
      for (const due = ((performance.now() - begun) * perSecond) / 1_000; sent < due; sent += 1) {
        if (this.#under.size >= AT_ONCE) continue;
        const visit: Promise<void> = this.#visit(sent % 2 === 0 ? 'GET' : 'POST').finally(() =>
          this.#under.delete(visit),
        );
        this.#under.add(visit);
      }
      await elapse(TICK_MS);
    }
  }

  async #visit(method: string): Promise<void> {
    const begunAt = performance.now();
    const why = await this.#ask(method).catch((error: Error) => error.message);
    const endedAt = performance.now();
    if (why === '200') this.ms.push(endedAt - begunAt);
    else this.failed.push({ method, why, begunAt, endedAt });
  }

  async #ask(method: string): Promise<string> {
    const { host, port } = this.#url;
    const asked = request({ host: '127.0.0.1', port, method, agent: this.#connections, headers: { host } });
    asked.end(method === 'POST' ? 'body' : '');
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    await once(answer.resume(), 'end');
    return String(answer.statusCode);
  }
}
