/**
 * Two sessions over a hostile link, in virtual time, by one seed: streams of both openers with raw pipes on both ends. A keyed
 * oracle checks every byte, a ledger every ending, and at the end everything must be back to where it began.
 */
import type { Pipe } from '../contract/pipe.ts';
import { illegalEndings } from '../faults/ending.ts';
import type { Direction } from '../faults/keyed-stream.ts';
import { Random } from '../pipe/memory/random.ts';
import type { MemoryOptions } from '../pipe/memory/reactor.ts';
import { Actor, type ActorPlan } from './actor.testkit.ts';
import type { Session } from './session.ts';
import { World } from './world.testkit.ts';

/** What may happen besides splits, delays, stalls, half-closes and resets of single streams. */
export type Mischief = 'none' | 'link lost' | 'memory short' | 'drained';

/** Virtual time after which everybody who paused reads on, and after which nothing may be under way any more. */
const PLAY_MS = 4_000;
const SETTLE_MS = 60_000;
const PORT_FIRST = 100;

interface Conversation {
  readonly number: number;
  readonly opener: 'gateway' | 'agent';
  readonly atMs: number;
  readonly visitorPlan: ActorPlan;
  readonly originPlan: ActorPlan;
  /** Nothing listens at the origin. */
  readonly refused: boolean;
  visitor: Actor | undefined;
  origin: Actor | undefined;
}

export interface Simulated {
  readonly bytes: number;
  readonly streams: number;
  readonly resets: number;
}

/** Runs one seed. Throws with everything that is wrong. */
export async function simulate(seed: number, mischief: Mischief): Promise<Simulated> {
  const run = new Simulation(seed, mischief);
  await run.play();
  const faults = run.judge();
  if (faults.length > 0) throw new Error(`SEED=${seed} (${mischief}):\n  ${faults.join('\n  ')}`);
  return run.figures();
}

class Simulation {
  readonly #mischief: Mischief;
  readonly #random: Random;
  readonly #world: World;
  readonly #talks: Conversation[];
  readonly #heldPipes = new Set<Pipe>();
  readonly #faults: string[] = [];
  readonly #overflowMax: number;

  constructor(seed: number, mischief: Mischief) {
    const random = new Random(seed);
    this.#mischief = mischief;
    this.#random = random;
    const memory = faultsOf(seed, random);
    const window = random.between(100, 4_000);
    this.#overflowMax = mischief === 'memory short' ? random.between(1_500, 6_000) : 1_000_000;
    this.#world = new World({
      memory,
      arenaBytes: random.between(6_000, 40_000),
      limits: {
        controlFrameBytes: 4_096,
        frameBytes: random.between(50, 5_000),
        streamWindowBytes: window,
        streamWindowBytesMax: window * random.between(1, 8),
        sessionOverflowBytes: this.#overflowMax,
      },
      events: {
        gateway: { opened: ({ exposure }) => this.#dial(exposure) },
        agent: { opened: ({ exposure }) => this.#dial(exposure) },
      },
    });
    // Bytes that go one by one cost a thousand times what whole buffers do; so they are fewer.
    const bytesMax = memory.splitBytesMax ? Math.min(20_000, 150 * memory.splitBytesMax) : 20_000;
    this.#talks = Array.from({ length: random.between(1, 7) }, (_, number) => conversation(number, random, bytesMax));
  }

  async play(): Promise<void> {
    const world = await this.#world.established();
    if (world.told.agent.welcome === undefined) throw new Error('not established');
    const { clock } = world.reactor;
    for (const talk of this.#talks) clock.after(talk.atMs, () => this.#begin(talk));
    if (this.#mischief === 'link lost') clock.after(this.#random.between(0, 800), () => this.#loseLink());
    if (this.#mischief === 'drained') clock.after(this.#random.between(0, 800), () => this.#drain());
    this.#advance(PLAY_MS);
    for (const { visitor, origin } of this.#talks) {
      visitor?.resume();
      origin?.resume();
    }
    this.#advance(SETTLE_MS);
    for (const talk of this.#talks) this.#judgeTalk(talk);
    this.#judgeSessions();
    world.gateway.close();
    this.#advance(SETTLE_MS);
    this.#judgeRest();
  }

  judge(): readonly string[] {
    return this.#faults;
  }

  figures(): Simulated {
    const actors = this.#talks.flatMap(({ visitor, origin }) => [visitor, origin]).filter((each) => each !== undefined);
    return {
      bytes: actors.reduce((sum, { got }) => sum + got, 0),
      streams: actors.length,
      resets: actors.filter(({ saw }) => saw === 'reset').length,
    };
  }

  #advance(ms: number): void {
    const { world, step } = { world: this.#world, step: ms / 40 };
    for (let passed = 0; passed < ms; passed += step) {
      world.reactor.advance(step);
      for (const session of [world.gateway, world.agent]) {
        const { overflowBytes } = session.stats;
        // The bytes that bring it over the bound are stored before the longest-stalled stream makes room.
        if (overflowBytes > this.#overflowMax) this.#faults.push(`overflow of ${overflowBytes} bytes`);
      }
    }
  }

  #begin(talk: Conversation): void {
    const { reactor } = this.#world;
    const port = PORT_FIRST + talk.number;
    if (!talk.refused) {
      void reactor.listen({ host: 'o', port }, {}, ({ pipe }) => {
        talk.origin = new Actor(`origin ${talk.number}`, pipe, talk.originPlan, reactor.clock, this.#random);
      });
    }
    const visitorsPort = port + 1_000;
    void reactor.listen({ host: 'v', port: visitorsPort }, {}, ({ pipe }) => {
      const stream = this.#session(talk.opener).open(
        { kind: 'tcp', exposure: talk.number, visitor: '' },
        this.#hold(pipe),
      );
      if (stream === undefined) pipe.reset();
    });
    const near = reactor.dial({ host: 'v', port: visitorsPort }, { timeoutMs: 60_000 });
    talk.visitor = new Actor(`visitor ${talk.number}`, near, talk.visitorPlan, reactor.clock, this.#random);
  }

  #dial(number: number): Pipe {
    return this.#hold(this.#world.reactor.dial({ host: 'o', port: PORT_FIRST + number }, { timeoutMs: 10_000 }));
  }

  /** Notes whether the pipe is let go again. */
  #hold(pipe: Pipe): Pipe {
    this.#heldPipes.add(pipe);
    const { close, reset } = pipe;
    return Object.assign(pipe, {
      close: () => {
        this.#heldPipes.delete(pipe);
        close.call(pipe);
      },
      reset: () => {
        this.#heldPipes.delete(pipe);
        reset.call(pipe);
      },
    });
  }

  #session(role: 'gateway' | 'agent'): Session {
    return this.#world[role];
  }

  #loseLink(): void {
    const { reactor, gatewayLink, agentLink } = this.#world;
    if (this.#random.chance(0.5)) reactor.cut(gatewayLink);
    else reactor.stall(agentLink);
  }

  #drain(): void {
    const goaway = { code: 'draining', permanent: false, comeBackInMs: 0, seen: '' } as const;
    this.#session(this.#random.chance(0.5) ? 'gateway' : 'agent').goaway(goaway);
  }

  #judgeTalk({ number, visitor, origin }: Conversation): void {
    if (visitor === undefined) return;
    const ends = origin === undefined ? [visitor] : [visitor, origin];
    for (const { mismatch } of ends) if (mismatch !== undefined) this.#faults.push(mismatch);
    if (origin === undefined) {
      if (visitor.saw === 'open') this.#faults.push(`visitor ${number} never saw an end`);
      if (visitor.saw === 'fin') this.#faults.push(`visitor ${number} saw a clean end without an origin`);
      return;
    }
    this.#faults.push(...illegalEndings(visitor, origin), ...illegalEndings(origin, visitor));
    const kept = !ends.some(({ broke }) => broke) && this.#undisturbed;
    if (kept && ends.some(({ saw }) => saw !== 'fin'))
      this.#faults.push(`talk ${number} was broken although nobody broke it`);
  }

  get #undisturbed(): boolean {
    const { gateway, agent } = this.#world;
    return this.#mischief !== 'link lost' && gateway.stats.outOfMemory + agent.stats.outOfMemory === 0;
  }

  #judgeSessions(): void {
    const { gateway, agent, told } = this.#world;
    for (const { stats } of [gateway, agent]) {
      if (stats.streams !== 0) this.#faults.push(`${stats.streams} streams are left`);
      if (stats.overflowBytes !== 0) this.#faults.push(`${stats.overflowBytes} bytes of overflow are left`);
    }
    const ends = [told.gateway.end?.cause, told.agent.end?.cause];
    if (this.#mischief === 'none' || this.#mischief === 'memory short') {
      if (ends.some((cause) => cause !== undefined)) this.#faults.push(`sessions ended: ${ends}`);
    } else if (ends.some((cause) => cause === undefined || cause === 'protocol')) {
      this.#faults.push(`sessions ended as they should not, or not at all: ${ends}`);
    }
  }

  #judgeRest(): void {
    const { arenas, told } = this.#world;
    if (arenas.lent !== 0) this.#faults.push(`${arenas.lent} arenas are lent`);
    if (this.#heldPipes.size !== 0) this.#faults.push(`${this.#heldPipes.size} pipes were not let go`);
    if (told.gateway.ends !== 1 || told.agent.ends !== 1) this.#faults.push('a session did not end once');
  }
}

/** One world in four is plain, so that what is wrong at full speed shows too. */
function faultsOf(seed: number, random: Random): MemoryOptions {
  const splitBytesMax = random.chance(0.25) ? 0 : 2 ** random.between(0, 11);
  return {
    seed,
    bufferBytes: random.between(1, 20) * random.between(10, 1_000),
    splitBytesMax,
    delayMsMax: random.chance(0.5) ? 0 : random.between(1, 30),
    stallChance: random.chance(0.5) ? 0 : 0.002,
    stallMsMax: random.between(1, 300),
    overtakeChance: random.next(),
  };
}

function conversation(number: number, random: Random, bytesMax: number): Conversation {
  // Some conversations are full of breaks, so that they cross on the link.
  const breaks = random.chance(0.3) ? 0.7 : 0.1;
  const plan = (sends: Direction): ActorPlan => {
    const bytes = random.chance(0.2) ? 0 : random.between(1, bytesMax);
    return {
      stream: number,
      sends,
      bytes,
      resetsAt: random.chance(breaks) ? random.between(0, bytes) : undefined,
      abandonsAt: random.chance(breaks) ? random.between(1, bytesMax) : undefined,
      pauseChance: random.chance(0.5) ? 0 : 0.05,
      pauseMsMax: random.between(1, 200),
      stalls: random.chance(0.1),
      chunkMax: random.chance(0.3) ? random.between(1, 64) : 8_192,
    };
  };
  return {
    number,
    opener: random.chance(0.5) ? 'gateway' : 'agent',
    atMs: random.between(0, 600),
    visitorPlan: plan('up'),
    originPlan: plan('down'),
    refused: random.chance(0.08),
    visitor: undefined,
    origin: undefined,
  };
}
