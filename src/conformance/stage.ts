// Where one case is played: a front's lane that it has for itself, visitors to call and origins to answer.
import { type Answer, answersIn, type Heard } from './answer.ts';
import { type Ask, textOf } from './ask.ts';
import type { Front, Lane } from './fronts/front.ts';
import type { RawOrigin } from './raw/origin.ts';
import { dial } from './raw/visitor.ts';
import type { Wire } from './raw/wire.ts';
import { type Recorded, requestsIn } from './request.ts';

export interface Patience {
  /** For what must come. */
  readonly ms: number;
  /** Bodies and pauses of the length that is promised, not of one that is quickly tried. */
  readonly full: boolean;
}

/** Answers one whole request. `nth`: how many came before, on whatever connection. */
export type Reply = (wire: Wire, request: Recorded, nth: number) => void;

export const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const CLEAR_MS = 2_000;

export class Stage {
  readonly front: Front;
  readonly lane: Lane;
  readonly patience: Patience;
  readonly #wires: Wire[] = [];
  /** The origins' connections, in the order in which they came. */
  readonly origins: Wire[] = [];

  constructor(front: Front, lane: Lane, patience: Patience) {
    this.front = front;
    this.lane = lane;
    this.patience = patience;
    this.serve((wire) => wire.send(OK));
  }

  get ms(): number {
    return this.patience.ms;
  }

  get origin(): RawOrigin {
    return this.lane.origin;
  }

  /** What visitors write into Host. */
  get host(): string {
    return `${this.lane.open}:${this.front.port}`;
  }

  /** The names of this stage in the places where cases have words for them. */
  text(words: string): string {
    const { open, guarded, secured } = this.lane;
    return words
      .replaceAll('$HOST', this.host)
      .replaceAll('$GUARDED', guarded)
      .replaceAll('$SECURED', secured)
      .replaceAll('$NAME', open);
  }

  /** A visitor over plain HTTP, or over TLS with a server name. */
  async call(sni?: string): Promise<Visitor> {
    const { port, securePort } = this.front;
    const wire = await dial({ port: sni === undefined ? port : securePort, sni });
    this.#wires.push(wire);
    return new Visitor(this, wire);
  }

  /** From now on every whole request that an origin hears is answered so. */
  serve(reply: Reply): void {
    let nth = 0;
    const welcome = (wire: Wire) => {
      let answered = 0;
      wire.heard = () => {
        for (const request of requestsIn(wire.received).whole.slice(answered)) {
          answered += 1;
          reply(wire, request, nth++);
        }
      };
    };
    this.welcome(welcome);
  }

  /** From now on connections to the origins are met so. */
  welcome(met: (wire: Wire) => void): void {
    for (const origin of [this.lane.origin, this.lane.secure]) {
      origin.welcome = (wire) => {
        this.origins.push(wire);
        met(wire);
      };
    }
  }

  /** The whole requests that the origins have heard, the one called `/after` left out. */
  get reached(): readonly Recorded[] {
    return this.origins.flatMap((wire) => requestsIn(wire.received).whole).filter(({ target }) => target !== '/after');
  }

  /** What an origin heard that is no request, if anything. */
  get garbage(): string | undefined {
    return this.origins.map((wire) => requestsIn(wire.received).fault).find((fault) => fault !== undefined);
  }

  /** Everybody leaves. What was on its way to the origins has arrived after it. */
  async clear(): Promise<void> {
    for (const wire of this.#wires) wire.socket.destroy();
    await Promise.all([this.lane.origin.clear(CLEAR_MS), this.lane.secure.clear(CLEAR_MS)]);
  }
}

/** One visitor's connection, and what it has asked on it. */
export class Visitor {
  readonly wire: Wire;
  readonly #stage: Stage;
  readonly #methods: string[] = [];

  constructor(stage: Stage, wire: Wire) {
    this.wire = wire;
    this.#stage = stage;
  }

  /** Bytes as they are, with the stage's names in them; `methods` of the requests in them, where one is not like GET. */
  send(words: string, ...methods: readonly string[]): this {
    this.#methods.push(...methods);
    this.wire.send(this.#stage.text(words));
    return this;
  }

  ask(ask: Ask): this {
    return this.send(textOf(ask), ask.method ?? 'GET');
  }

  get heard(): Heard {
    return answersIn(this.wire.received, this.#methods, this.wire.ending);
  }

  /** The `nth` answer, as soon as it is whole or can become no more; undefined where its head does not come. */
  async answer(nth = 0): Promise<Answer | undefined> {
    const settled = () => {
      const { answers, fault } = this.heard;
      return fault !== undefined || (answers[nth] !== undefined && answers[nth].state !== 'begun');
    };
    await this.wire.until(settled, this.#stage.ms);
    return this.heard.answers[nth];
  }

  /** The `nth` answer as soon as its head is there. */
  async begun(nth = 0): Promise<Answer | undefined> {
    await this.wire.until(() => this.heard.answers[nth] !== undefined, this.#stage.ms);
    return this.heard.answers[nth];
  }
}
