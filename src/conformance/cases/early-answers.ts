// P42, P43, P45–P49: answers that come before the request is whole, and visitors that wait to be asked for the rest.
import type { Case, Facts } from '../case.ts';
import { codeOf, head, nextAfter, passes, rejects } from '../plays.ts';
import type { Wire } from '../raw/wire.ts';
import { headAt, values } from '../reading.ts';
import { requestsIn } from '../request.ts';
import { OK, type Stage, type Visitor } from '../stage.ts';

const post = (...fields: readonly string[]) => head('POST / HTTP/1.1', 'Host: $HOST', ...fields);
const UPLOAD_BYTES = 8 * 1_048_576;
const TEXT = 'n'.repeat(65_536);
const REFUSAL = `HTTP/1.1 413 Content Too Large\r\nContent-Length: ${TEXT.length}\r\n`;

/** The first connection of the origin, once it holds a head; whatever else comes is answered 200. */
async function headed(stage: Stage): Promise<Wire | undefined> {
  const wire = await stage.origin.take(0, stage.ms);
  await wire?.until(() => headAt(wire.received, 0) !== undefined, stage.ms);
  return wire;
}

/** Answers nothing by itself but the request that comes last. */
function silentFirst(stage: Stage): void {
  stage.serve((wire, { target }) => {
    if (target === '/after') wire.send(OK);
  });
}

async function refusedEarly(stage: Stage, then: 'closes' | 'reads on'): Promise<Facts> {
  silentFirst(stage);
  const visitor = await stage.call();
  visitor.send(post(`Content-Length: ${UPLOAD_BYTES}`));
  const wire = await headed(stage);
  if (wire === undefined) return { status: undefined };
  if (then === 'closes') {
    wire.stall();
    wire.send(`${REFUSAL}Connection: close\r\n\r\n${TEXT}`);
    wire.socket.destroySoon();
  } else wire.send(`${REFUSAL}\r\n${TEXT}`);
  void visitor.wire.pour(Buffer.alloc(65_536), UPLOAD_BYTES / 65_536);
  const answer = await visitor.answer();
  const whole = then === 'reads on' && (await wire.until(() => requestsIn(wire.received).whole.length > 0, stage.ms));
  visitor.wire.socket.destroy();
  const next = await nextAfter(stage, await stage.call());
  return { status: answer?.status, state: answer?.state, same: answer?.body === TEXT, whole, next };
}

/** An upload that waits for 100; `origin` answers its head. */
async function expecting(stage: Stage, origin: (wire: Wire, visitor: Visitor) => Promise<void>): Promise<Facts> {
  silentFirst(stage);
  const visitor = await stage.call();
  visitor.send(post('Content-Length: 5', 'Expect: 100-continue'));
  const wire = await headed(stage);
  if (wire === undefined) return { status: undefined };
  const expect = values(headAt(wire.received, 0)?.fields ?? [], 'expect').join();
  const early = requestsIn(wire.received).whole.length > 0 || (requestsIn(wire.received).begun?.body.length ?? 0) > 0;
  const asked = visitor.wire.bytes > 0;
  await origin(wire, visitor);
  const answer = await visitor.answer();
  const next = await nextAfter(stage, visitor);
  await stage.clear();
  const { reached, garbage } = stage;
  return {
    status: answer?.status,
    interims: answer?.interims.join(' '),
    expect,
    early,
    asked,
    next,
    reached: reached.length,
    garbage,
  };
}

const WAITING: readonly Case[] = [
  {
    id: 'P45',
    name: 'the body waits for the 100 of the origin',
    ref: 'RFC 9110 10.1.1',
    play: (stage) =>
      expecting(stage, async (wire, visitor) => {
        wire.send('HTTP/1.1 100 Continue\r\n\r\n');
        await visitor.wire.until(() => visitor.wire.text.includes('100 Continue'), stage.ms);
        visitor.send('hello');
        await wire.until(() => requestsIn(wire.received).whole.length > 0, stage.ms);
        wire.send(OK);
      }),
    wants: {
      status: 200,
      interims: '100',
      expect: '100-continue',
      early: false,
      asked: false,
      reached: 1,
      next: '200 ok',
    },
  },
  ...['401 Unauthorized', '417 Expectation Failed', '200 OK'].map(
    (status): Case => ({
      id: 'P46',
      name: `the origin says ${status} instead of 100`,
      ref: 'CVE-2024-24791',
      play: (stage) =>
        expecting(stage, async (wire) => void wire.send(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`)),
      wants: { status: Number(status.slice(0, 3)), early: false, next: '200 ok', reached: 0, garbage: undefined },
    }),
  ),
  {
    id: 'P46',
    name: 'the visitor sends its body after the final answer',
    ref: 'CVE-2024-24791',
    play: async (stage) => {
      silentFirst(stage);
      const visitor = await stage.call();
      const inner = head('GET /inner HTTP/1.1', 'Host: $HOST');
      visitor.send(post(`Content-Length: ${stage.text(inner).length}`, 'Expect: 100-continue'));
      (await headed(stage))?.send('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n');
      const answer = await visitor.answer();
      const next = await nextAfter(stage, visitor.send(inner));
      await stage.clear();
      const inners = stage.reached.filter(({ target }) => target === '/inner').length;
      return { status: answer?.status, next, inners, garbage: stage.garbage };
    },
    wants: { status: 401, next: '200 ok', inners: 0, garbage: undefined },
  },
];

const SILENT_MS = 90_000;
export const EARLY_ANSWER_CASES: readonly Case[] = [
  ...(['closes', 'reads on'] as const).map(
    (then): Case => ({
      id: then === 'closes' ? 'P42' : 'P43',
      name: `413 before the body has come; the origin ${then}`,
      ref: 'RFC 9112 9.3, 9.6',
      play: (stage) => refusedEarly(stage, then),
      wants: { status: 413, state: 'whole', same: true, whole: then === 'reads on', next: '200 ok' },
    }),
  ),
  ...WAITING,
  {
    id: 'P47',
    name: 'Expect in HTTP/1.0',
    ref: 'RFC 9110 10.1.1, 15.2',
    play: async (stage) => {
      const visitor = await stage.call();
      visitor.send(`${post('Content-Length: 5', 'Expect: 100-continue').replace('1.1', '1.0')}hello`);
      const answer = await visitor.answer();
      return { status: answer?.status, interims: answer?.interims.join(' '), reached: stage.reached.length };
    },
    wants: { status: 200, interims: '', reached: 1 },
  },
  rejects('P48', 'Expect: foo', 'RFC 9110 10.1.1', {
    bad: `${post('Content-Length: 5', 'Expect: foo')}hello`,
    twin: `${post('Content-Length: 5', 'Expecx: foo')}hello`,
    status: [417],
    code: 'TK-3013',
  }),
  passes(
    'P48',
    'Expect: 100-Continue in capitals, the body at once',
    'RFC 9110 10.1.1',
    `${post('Content-Length: 5', 'Expect: 100-Continue')}hello`,
    ({ body }) => ({ body: String(body) }),
    { body: 'hello' },
  ),
  {
    id: 'P49',
    name: 'a visitor that falls silent where a body is due',
    ref: 'RFC 9110 15.5.9',
    slow: true,
    full: true,
    play: async (stage) => {
      stage.welcome(
        (wire) =>
          void wire
            .until(() => headAt(wire.received, 0) !== undefined, stage.ms)
            .then(() => wire.send('HTTP/1.1 100 Continue\r\n\r\n')),
      );
      const visitor = await stage.call();
      visitor.send(post('Content-Length: 5', 'Expect: 100-continue'));
      await visitor.wire.until(() => visitor.heard.answers.length > 0, SILENT_MS);
      const answer = visitor.heard.answers[0];
      const ending = await visitor.wire.ends(stage.ms);
      return { status: answer?.status, code: codeOf(answer), ending };
    },
    wants: { status: 408, ending: ['fin', 'rst'] },
    code: 'TK-3007',
  },
];
