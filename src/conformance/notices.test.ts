// The campaigns notice what they look for: here what stands between visitors and origins is a relay with one fault on purpose.
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { post } from './at-most-once.ts';
import { CASES } from './cases.ts';
import { closeLanes, type Front, makeLanes } from './fronts/front.ts';
import { poison } from './poisoning.ts';
import { run } from './run.ts';
import { inWords, smuggle } from './smuggling.ts';
import { compare } from './transcripts.ts';

interface Faults {
  /** So many copies of a connection reach the origin. */
  readonly copies?: number;
  /** What becomes of bytes on their way to the visitor. */
  readonly change?: (bytes: Buffer) => Buffer;
  /** Ends everything with FIN. */
  readonly softens?: boolean;
}

/** Whoever is not answered here will not be. */
const SOON_MS = 50;
const HALF_OPEN = { allowHalfOpen: true };
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

function pass(from: Socket, to: Socket, softens: boolean, change = (bytes: Buffer) => bytes): void {
  from.on('data', (bytes: Buffer) => void to.write(change(bytes)));
  from.on('end', () => to.end());
  from.on('error', () => (softens ? to.end() : to.resetAndDestroy()));
}

/** One lane, and a relay before its origin that passes bytes as they come. */
async function relay({ copies = 1, change, softens = false }: Faults): Promise<Front> {
  const lanes = await makeLanes(1);
  const server: Server = createServer(HALF_OPEN, (visitor) => {
    for (let copy = 0; copy < copies; copy += 1) {
      const origin = connect({ host: '127.0.0.1', port: lanes[0]!.origin.port, ...HALF_OPEN });
      pass(visitor, origin, softens);
      if (copy === 0) pass(origin, visitor, softens, change);
      else origin.resume().on('error', () => {});
    }
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  closers.push(() => {
    closeLanes(lanes);
    server.close();
  });
  return { name: 'nginx', port, securePort: 0, http2Port: 0, lanes, pids: [process.pid], close: async () => {} };
}

describe('what compares WebSockets', () => {
  it('finds no difference in a relay that changes nothing', async () => {
    expect((await compare(await relay({}), 20, 1)).differences).toEqual([]);
  });

  it('finds a changed byte, and FIN in the place of RST', async () => {
    const flip = (bytes: Buffer) => {
      // The handshake stays as it is.
      if (!bytes.toString('latin1').startsWith('HTTP/')) bytes[0]! ^= 1;
      return bytes;
    };
    expect((await compare(await relay({ change: flip }), 10, 1)).differences).not.toEqual([]);
    expect((await compare(await relay({ softens: true }), 10, 1)).differences).not.toEqual([]);
  });
});

describe('what counts POSTs', () => {
  it('finds none twice where none was sent twice', async () => {
    const posted = await post(await relay({}), 50, 1);
    expect([posted.doubled, posted.answered > 0]).toEqual([[], true]);
  });

  it('finds those that were', async () => {
    expect((await post(await relay({ copies: 2 }), 20, 1, 10 * SOON_MS)).doubled.length).toBeGreaterThan(0);
  });
});

describe('what hides requests', () => {
  it('finds what reaches the origin as it came', async () => {
    const count = await smuggle(await relay({}), 20, 1, SOON_MS);
    expect(inWords('a relay', count)).toMatch(/^a relay: 20 inputs, \d+ forwarded/);
    expect(count.desyncs.length).toBeGreaterThan(2);
  });
});

describe('what hides answers', () => {
  it('finds those that reach a visitor who did not ask', async () => {
    expect((await poison(await relay({}), 20, 1, SOON_MS)).wrong.length).toBeGreaterThan(0);
  });
});

describe('the cases', () => {
  it('fail where nothing is refused', async () => {
    const refusals = CASES.filter(({ id }) => ['P1', 'P12', 'P15', 'P17', 'P69'].includes(id));
    const results = await run(refusals, await relay({}), { ms: SOON_MS, full: false });
    expect(results.filter(({ differs }) => differs.length === 0)).toEqual([]);
  });
});
