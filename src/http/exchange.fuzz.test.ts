// Whole exchanges over hostile wires, checked by the naive oracle: byte-exact, or visibly aborted; never a clean end on a short message.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Pipe } from '../contract/pipe.ts';
import { Connection } from './connection.ts';
import { makeWorld, Script, type WorldOptions } from './exchange.testkit.ts';
import { type NaiveMessage, naiveMessages } from './naive.testkit.ts';
import { Way } from './relay.testkit.ts';

const SECONDS = Number(process.env.FUZZ_SECONDS ?? 0);
const BUDGET = SECONDS > 0 ? { numRuns: 1e9, interruptAfterTimeLimit: SECONDS * 1_000 } : { numRuns: 300 };
const TIMEOUT_MS = 60_000 + SECONDS * 1_000;

interface Plan {
  readonly body: string;
  readonly framing: 'none' | 'length' | 'chunked';
  readonly answer: string;
  readonly answerFraming: 'length' | 'chunked' | 'close';
  /** The origin answers before it has read the request's body. */
  readonly early: boolean;
  readonly interims: number;
  readonly chunkBytes: number;
}

const text = fc.string({ unit: 'binary-ascii', maxLength: 300 });
const plan: fc.Arbitrary<Plan> = fc.record({
  body: text,
  framing: fc.constantFrom('none', 'length', 'chunked'),
  answer: text,
  answerFraming: fc.constantFrom('length', 'chunked', 'close'),
  early: fc.boolean(),
  interims: fc.nat(3),
  chunkBytes: fc.integer({ min: 1, max: 100 }),
});

function chunks(body: string, size: number): string {
  const pieces = body.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  return `${pieces.map((piece) => `${piece.length.toString(16)};e\r\n${piece}\r\n`).join('')}0\r\nX-T: 1\r\n\r\n`;
}

function framed(body: string, framing: Plan['framing'] | 'close', chunkBytes: number): string {
  if (framing === 'length') return `Content-Length: ${body.length}\r\n\r\n${body}`;
  if (framing === 'chunked') return `Transfer-Encoding: chunked\r\n\r\n${chunks(body, chunkBytes)}`;
  return `\r\n${framing === 'close' ? body : ''}`;
}

function requestOf(item: Plan, i: number): string {
  return `PUT /${i} HTTP/1.1\r\nHost: a\r\nTE: trailers\r\n${framed(item.body, item.framing, item.chunkBytes)}`;
}

/** Answers the one request of its connection as planned. */
class Origin extends Script {
  readonly #plans: readonly Plan[];
  #answered = false;

  constructor(pipe: Pipe, plans: readonly Plan[]) {
    super(pipe);
    this.#plans = plans;
  }

  get request(): NaiveMessage | undefined {
    return naiveMessages(this.heard, 'request')[0];
  }

  override readable(): void {
    super.readable();
    const { request } = this;
    const item = this.#plans[Number(/^PUT \/(\d+) /.exec(request?.start ?? '')?.[1])];
    if (this.#answered || item === undefined || !(request?.whole || item.early)) return;
    this.#answered = true;
    const interims = 'HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(item.interims);
    this.send(`${interims}HTTP/1.1 200 OK\r\n${framed(item.answer, item.answerFraming, item.chunkBytes)}`);
    if (item.answerFraming === 'close') this.fin();
  }
}

function finalAnswers({ visitor }: Way): NaiveMessage[] {
  const all = naiveMessages(visitor.heard, 'response', visitor.end === 'fin');
  return all.filter((message) => !/ 103 /.test(message.start));
}

function play(plans: readonly Plan[], options: WorldOptions, arenaBytes: number) {
  const world = makeWorld(options);
  const origins: Origin[] = [];
  const { reactor, services } = world;
  void reactor.listen({ path: '/o' }, {}, (arrival) => void origins.push(new Origin(arrival.pipe, plans)));
  const dial = () => new Connection(reactor.dial({ path: '/o' }, { timeoutMs: 1e9 }), services);
  const way = new Way(world, dial, arenaBytes);
  way.visitor.send(plans.map(requestOf).join(''));
  reactor.run();
  reactor.advance(60_000);
  return { way, origins };
}

const wire = {
  seed: fc.nat(),
  splitBytesMax: fc.constantFrom(0, 1, 3, 40),
  bufferBytes: fc.constantFrom(1, 7, 100, 65_536),
  delayMsMax: fc.constantFrom(0, 5),
};

test(
  'pipelined exchanges are byte-exact over any wire',
  () => {
    fc.assert(
      fc.property(
        fc.array(plan, { minLength: 1, maxLength: 4 }),
        fc.record(wire),
        fc.integer({ min: 1, max: 50 }),
        (given, options, arenaBytes) => {
          // Early answers end the connection: they have their own test below.
          const plans = given.map((item) => ({ ...item, early: false }));
          const { way, origins } = play(plans, options, arenaBytes);
          const answers = finalAnswers(way);
          expect(answers.map(({ body, whole }) => [body, whole])).toEqual(plans.map((item) => [item.answer, true]));
          const sent = (item: Plan) => (item.framing === 'none' ? '' : item.body);
          expect(origins.map(({ request }) => [request?.body, request?.whole])).toEqual(
            plans.map((item) => [sent(item), true]),
          );
          for (const [i, item] of plans.entries()) {
            expect(origins[i]?.request?.trailers).toEqual(item.framing === 'chunked' ? ['X-T: 1'] : []);
            expect(answers[i]?.trailers).toEqual(item.answerFraming === 'chunked' ? ['X-T: 1'] : []);
          }
          expect(way.ends).toEqual(plans.map(() => 'keep'));
          expect(way.held).toBe(0);
        },
      ),
      BUDGET,
    );
  },
  TIMEOUT_MS,
);

test(
  'early answers arrive whole, and the origin still gets the whole request',
  () => {
    fc.assert(
      fc.property(plan, fc.record(wire), fc.integer({ min: 1, max: 50 }), (given, options, arenaBytes) => {
        const { way, origins } = play([{ ...given, early: true }], options, arenaBytes);
        const answers = finalAnswers(way);
        expect(answers.map(({ body, whole }) => [body, whole])).toEqual([[given.answer, true]]);
        expect(origins[0]?.request).toMatchObject({ whole: true, body: given.framing === 'none' ? '' : given.body });
      }),
      BUDGET,
    );
  },
  TIMEOUT_MS,
);

test(
  'with cuts anywhere nothing short ever looks whole',
  () => {
    const cuts = fc.record({ ...wire, cutChance: fc.constantFrom(0.002, 0.01, 0.05) });
    fc.assert(
      fc.property(
        fc.array(plan, { minLength: 1, maxLength: 3 }),
        cuts,
        fc.integer({ min: 1, max: 50 }),
        (plans, options, arenaBytes) => {
          const { way, origins } = play(plans, options, arenaBytes);
          const answers = finalAnswers(way);
          for (const [i, { start, body, whole }] of answers.entries()) {
            if (!/ 200 /.test(start)) continue;
            const item = plans[i] as Plan;
            expect(item.answer.startsWith(body)).toBe(true);
            if (whole) expect(body).toBe(item.answer);
          }
          for (const { request } of origins) {
            if (!request?.whole) continue;
            const item = plans[Number(/^PUT \/(\d+) /.exec(request.start)?.[1])] as Plan;
            expect(request.body).toBe(item.framing === 'none' ? '' : item.body);
          }
          expect(way.services.arenas.lent).toBeLessThanOrEqual(2);
        },
      ),
      BUDGET,
    );
  },
  TIMEOUT_MS,
);

test(
  'garbage from visitors and origins never throws and holds nothing',
  () => {
    const line = fc.constantFrom(
      'GET / HTTP/1.1\r\n',
      'Host: a\r\n',
      '\r\n',
      'Content-Length: 3\r\n',
      'Transfer-Encoding: chunked\r\n',
      '3\r\nabc\r\n',
      '0\r\n\r\n',
      'HTTP/1.1 200 OK\r\n',
      'HTTP/1.1 103 X\r\n\r\n',
      'Connection: Upgrade\r\nUpgrade: websocket\r\n',
      'HTTP/1.1 101 X\r\n',
      'abc',
      '\n',
      '\0',
      ':',
      ' ',
    );
    const noise = fc
      .array(fc.oneof(line, fc.string({ unit: 'binary-ascii', maxLength: 10 })), { maxLength: 20 })
      .map((list) => list.join(''));
    fc.assert(
      fc.property(noise, noise, fc.record(wire), fc.boolean(), (fromVisitor, fromOrigin, options, fin) => {
        const world = makeWorld(options);
        const { reactor, services } = world;
        void reactor.listen({ path: '/o' }, {}, (arrival) => {
          const script = new Script(arrival.pipe).send(fromOrigin);
          if (fin) script.fin();
        });
        const way = new Way(
          world,
          () => new Connection(reactor.dial({ path: '/o' }, { timeoutMs: 1e9 }), services),
          16,
        );
        way.visitor.send(fromVisitor);
        reactor.run();
        way.visitor.pipe.reset();
        reactor.run();
        reactor.advance(60_000);
        expect(services.arenas.lent).toBe(0);
      }),
      BUDGET,
    );
  },
  TIMEOUT_MS,
);
