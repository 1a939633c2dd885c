// P100, P101: what TLS says about names and ends.
import type { Case, Facts } from '../case.ts';
import { codeOf, head } from '../plays.ts';
import { finWithoutNotify } from '../raw/origin.ts';
import type { Stage } from '../stage.ts';

/** A visitor whose TLS hello names one host and whose request another. */
async function otherName(stage: Stage, asked: string): Promise<Facts> {
  const visitor = await stage.call(stage.lane.open);
  const answer = await visitor.send(head('GET / HTTP/1.1', `Host: ${asked}`, 'Connection: close')).answer();
  await stage.clear();
  return { status: answer?.status, code: codeOf(answer), reached: stage.reached.length };
}

/** An https origin whose answer ends with its connection. */
async function ended(stage: Stage, says: string, notify: boolean): Promise<Facts> {
  stage.serve((wire) => {
    wire.socket.write(Buffer.from(says, 'latin1'), () => (notify ? wire.fin() : finWithoutNotify(wire)));
  });
  const visitor = await stage.call();
  const answer = await visitor.send(head('GET / HTTP/1.1', 'Host: $SECURED')).answer();
  return { status: answer?.status, state: answer?.state, body: answer?.body };
}

const CLOSED = `${head('HTTP/1.1 200 OK')}hello`;
const SIZED = `${head('HTTP/1.1 200 OK', 'Content-Length: 5', 'Connection: close')}hello`;
export const TLS_CASES: readonly Case[] = [
  {
    id: 'P100',
    name: 'a server name, and a Host with another policy',
    ref: 'RFC 9110 7.4, 15.5.20',
    play: (stage) => otherName(stage, '$GUARDED'),
    twin: (stage) => otherName(stage, '$NAME'),
    wants: { status: 421, reached: 0 },
    code: 'TK-3011',
  },
  {
    id: 'P101',
    name: 'TLS ends without close_notify where that ends the body',
    ref: 'RFC 9112 9.8',
    play: (stage) => ended(stage, CLOSED, false),
    wants: { status: [200, undefined], state: ['cut', undefined] },
  },
  {
    id: 'P101',
    name: 'TLS ends without close_notify behind a body with a length',
    ref: 'RFC 9112 9.8',
    play: (stage) => ended(stage, SIZED, false),
    wants: { status: 200, state: 'whole', body: 'hello' },
  },
];
