import type { ErrorCode } from '../contract/errors.ts';
import type { Destination, LiveDestination } from '../contract/exposure.ts';
import type { LimitName } from '../contract/limits.ts';
import type { RequestHead, ResponseHead } from '../contract/message.ts';
import type { Verdict, Visit } from '../contract/policy.ts';
import { STREAM_CODE, type Stream, type StreamCode } from '../contract/stream.ts';
import type { ExchangeEnd, ServerEvents } from '../http/server-message.ts';
import { addressOf } from './address.ts';
import { errorPage } from './error-page.ts';
import { onlyValue } from './fields.ts';
import { forwardedFields, type HttpVersion, type Origins, originsOf } from './forwarded.ts';
import type { VisitRecord } from './gate.ts';
import { type Attempts, mayGoOn, NO_ATTEMPTS } from './in-flight.ts';
import { Repeatable, type RepeatableHost } from './repeatable.ts';
import { type Route, routeOf, type Standing } from './route.ts';
import type { VisitorMessage } from './visitor-message.ts';

/**
 * One request from its head to the end of its answer: route, policies, stream, and the page where no origin answers.
 * Knows one exchange; what comes before and after it on the connection is the connection's, and so is the version of HTTP.
 */

export interface ExchangeHost extends Standing {
  readonly version: HttpVersion;
  /** What carries the request and its answer. */
  message(events: ServerEvents, head: RequestHead): VisitorMessage;
  /** The exchange is over; called from inside calls to the message. */
  ended(end: ExchangeEnd): void;
  /** The connection is an agent's from now on. Absent where one cannot become that. */
  handOver?(head: RequestHead, visitorIp: string): void;
  /** Runs `work` in a later turn unless the connection is over; a defect in it ends the connection. */
  later(work: () => void): void;
  /** `Exchange.lookAtDebt` is due in `ms`. */
  lookIn(ms: number): void;
}

const ALLOW = ['Allow', 'GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS'];

export class Exchange implements ServerEvents, RepeatableHost, Visit {
  head: RequestHead;
  readonly remote: Visit['remote'];
  host = '';
  visitorIp: string;
  readonly #owner: ExchangeHost;
  readonly #startedAt: number;
  #origins: Origins;
  readonly #message: VisitorMessage;
  readonly #request: Repeatable;
  #stream: Stream | undefined;
  readonly #attempts: Attempts = { ...NO_ATTEMPTS };
  #find: (() => Destination) | undefined;
  /** Takes back what the exchange waits for: an agent's return, a policy. */
  #forget: (() => void) | undefined;
  #over = false;
  #code: ErrorCode | undefined;

  constructor(owner: ExchangeHost, head: RequestHead) {
    const { gate, remote } = owner;
    this.#owner = owner;
    this.#startedAt = gate.options.reactor.clock.now();
    this.head = head;
    this.remote = remote;
    this.#origins = originsOf(head, remote.host, gate.trusted, owner.version);
    this.visitorIp = this.#origins.visitorIp;
    this.#message = owner.message(this, head);
    this.#request = new Repeatable(this.#message, gate.bodies, this);
  }

  start(): void {
    if (this.#owner.gate.draining) this.#message.closeAfter();
    this.#follow(routeOf(this.#owner, this.head, this.#origins));
  }

  /** The whole answer is a page. */
  answer(code: ErrorCode, fields: readonly string[] = []): void {
    this.#code = code;
    const accept = onlyValue(this.head.fields, 'accept');
    const { head, body } = errorPage({ code, accept, host: this.head.authority, fields });
    this.#reply(head, body);
  }

  /** The response, if it has not begun, will say that the connection closes behind it. */
  closeAfter(): void {
    if (!this.#message.responding) this.#message.closeAfter();
  }

  cut(): void {
    this.#cancel(STREAM_CODE.unavailable);
  }

  /** The answer has begun: nobody asks what the request's fields were, and it may take long. */
  forgetFields(): void {
    this.head = { ...this.head, fields: [] };
  }

  /** The body's deadline: how long the visitor has owed bytes decides. */
  lookAtDebt(): void {
    if (this.#over || !this.#message.owing) return;
    const { bodyIdleMs } = this.#owner.gate.options.limits;
    const left = bodyIdleMs - this.#message.owedMs;
    if (left > 0) {
      this.#owner.lookIn(left);
    } else {
      this.#bound('bodyIdleMs');
      this.#cancel(STREAM_CODE.visitorTimeout);
    }
  }

  // What the message tells, from inside calls to it.

  done(end: ExchangeEnd): void {
    this.#over = true;
    this.#request.drop();
    this.#release();
    const { gate } = this.#owner;
    const record: VisitRecord = {
      method: this.head.method,
      host: this.host,
      path: this.head.path,
      visitorIp: this.visitorIp,
      status: this.#message.status,
      code: this.#code,
      ms: gate.options.reactor.clock.now() - this.#startedAt,
      whole: end !== 'aborted',
    };
    // A logger that throws must not end the session whose turn this is.
    gate.guard(
      () => gate.options.events.visit(record),
      () => {},
    );
    this.#owner.ended(end);
  }

  refused(code: ErrorCode): void {
    const limit = this.#message.passedLimit;
    if (limit !== undefined) this.#bound(limit);
    this.#release();
    this.#owner.later(() => this.answer(code));
  }

  // What the request asks, as streams take it.

  givenBack(code: StreamCode): void {
    this.#release();
    this.later(() => !this.#over && this.#askAgain(code));
  }

  later(work: () => void): void {
    this.#owner.later(work);
  }

  #follow(route: Route): void {
    switch (route.kind) {
      case 'go':
        this.host = route.host;
        this.#find = route.find;
        this.#dispatch(route.find());
        return;
      case 'answer':
        this.answer(route.code);
        return;
      case 'redirect':
        this.#reply(bare(308, ['Location', route.location]), Buffer.alloc(0));
        return;
      case 'challenge':
        this.#reply(...plain(route.text));
        return;
      case 'options':
        this.#reply(bare(204, ALLOW), Buffer.alloc(0));
        return;
      case 'link':
        this.#handOver();
        return;
      default:
        route satisfies never;
    }
  }

  #handOver(): void {
    if (this.#owner.handOver === undefined) {
      this.answer('TK-3001');
    } else {
      this.#over = true;
      this.#owner.handOver(this.head, this.visitorIp);
    }
  }

  #dispatch(destination: Destination): void {
    if (destination.kind === 'unknown') this.answer('TK-3001');
    else if (!this.#owner.gate.admits()) this.#refuseForMemory();
    else if (destination.kind === 'live') this.#judge(destination, 0);
    else {
      const told = (now: LiveDestination | undefined) =>
        this.#owner.later(() => (now === undefined ? this.answer('TK-3002') : this.#judge(now, 0)));
      this.#forget = this.#owner.gate.holds.hold(destination, told);
      if (this.#forget === undefined) this.answer('TK-3002');
    }
  }

  /** A connection without a request only costs. */
  #refuseForMemory(): void {
    this.closeAfter();
    this.answer('TK-3020');
  }

  #judge(live: LiveDestination, from: number): void {
    for (let i = from; i < live.policies.length; i += 1) {
      const verdict = live.policies[i]?.decide(this);
      if (verdict === undefined || verdict.kind === 'pass') continue;
      if (verdict.kind === 'answer') this.#turnAway(verdict);
      else this.#park(verdict.until, live, i);
      return;
    }
    this.#open(live);
  }

  #turnAway({ code, fields, limit }: Verdict & { kind: 'answer' }): void {
    if (limit !== undefined) this.#bound(limit);
    this.answer(code, fields);
  }

  #park(until: Promise<Verdict>, live: LiveDestination, at: number): void {
    let forgotten = false;
    this.#forget = () => {
      forgotten = true;
    };
    const settle = (work: () => void) => !forgotten && this.#owner.later(work);
    until.then(
      (said) =>
        settle(() => {
          if (said.kind === 'pass') this.#judge(live, at + 1);
          else if (said.kind === 'answer') this.#turnAway(said);
          else this.#park(said.until, live, at);
        }),
      (error) => {
        this.#owner.gate.options.events.fault(error);
        settle(() => this.answer('TK-9001'));
      },
    );
  }

  #open(live: LiveDestination): void {
    const { gate, remote } = this.#owner;
    const { visitorIp } = this;
    const port = visitorIp === remote.host ? remote.port : 0;
    const request = { ...this.head, fields: forwardedFields(this.head, this.#origins) };
    this.#forget = undefined;
    this.#attempts.count += 1;
    this.#attempts.opener = live.opener;
    this.#stream = live.opener.open(
      { kind: 'http', exposure: live.exposure, visitor: addressOf({ host: visitorIp, port }), request },
      this.#request,
    );
    this.#request.stream = this.#stream;
    if (this.#stream === undefined) this.#full();
    else if (this.#message.owing) this.#owner.lookIn(gate.options.limits.bodyIdleMs);
  }

  #full(): void {
    const { draining } = this.#owner.gate;
    if (!draining) this.#bound('sessionStreams');
    this.answer(draining ? 'TK-3016' : 'TK-3015');
  }

  #bound(limit: LimitName): void {
    this.#owner.gate.options.events.bound(limit);
  }

  #askAgain(code: StreamCode): void {
    const now = this.#find?.();
    if (now === undefined || !mayGoOn(now, code, this.#attempts, this.head)) {
      this.#request.drop();
      this.#message.reset(code);
      return;
    }
    this.#attempts.lost ||= code === STREAM_CODE.sessionLost;
    this.#dispatch(now);
  }

  #reply(head: ResponseHead, body: Buffer): void {
    this.#message.status = head.status;
    this.#message.answer(head, body);
  }

  #cancel(code: typeof STREAM_CODE.unavailable | typeof STREAM_CODE.visitorTimeout): void {
    this.#request.settle();
    if (this.#stream === undefined) this.#message.reset(code);
    else this.#stream.cancel(code);
  }

  #release(): void {
    this.#forget?.();
    this.#forget = undefined;
    this.#stream = undefined;
  }
}

function plain(text: string): [ResponseHead, Buffer] {
  const body = Buffer.from(text, 'latin1');
  const fields = ['Content-Type', 'application/octet-stream', 'Cache-Control', 'no-store'];
  return [{ ...bare(200, fields), body: 'length', length: body.length }, body];
}

function bare(status: number, fields: readonly string[]): ResponseHead {
  return { kind: 'response', status, fields, body: 'none', length: -1, upgrade: undefined };
}
