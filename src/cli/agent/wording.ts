// What the events of an agent are called in words, for the plain lines and for the screen alike. Pure.
import type { AgentEvent } from '../../agent/events.ts';
import { ERRORS, type ErrorCode } from '../../contract/errors.ts';
import type { Choice } from '../../transport/auto.ts';
import { duration } from '../duration.ts';
import { count, size } from '../size.ts';
import type { Level } from '../talk.ts';
import type { Traffic } from './traffic.ts';

/** Why a name that was asked for came to nothing. */
const NAMELESS = {
  tcp: 'a TCP exposure has a port (--port)',
  udp: 'a UDP exposure has a port (--port)',
  http: 'a gateway without --domain has names only for agents of its own machine',
} as const;

export const faultWords = (code: ErrorCode, seen: string): string => `${code} ${ERRORS[code].what} ${seen}`.trimEnd();

export const downWords = (target: string, code: ErrorCode): string =>
  `${target} does not answer yet (${code}): start it, and traffic flows.`;

export const upWords = (target: string): string => `${target} answers.`;

/** Which transport was taken is worth words only when it is not the first choice. */
export const choiceWords = ({ chosen, why }: Choice): string | undefined =>
  chosen === 'ws' ? `going over a WebSocket: ${why}` : undefined;

/** What is published, and that others may publish the same. */
export const serviceWords = (target: string, pool: boolean): string => (pool ? `${target} (pool)` : target);

/** First the URL; then what there is to say about it. */
export function publishedWords({ exposure, grant }: AgentEvent & { type: 'exposed' }): readonly [string, ...string[]] {
  const nameless = exposure.name !== undefined && grant.name === undefined;
  return [
    `${grant.url} → ${serviceWords(exposure.target.text, exposure.pool)}`,
    ...(grant.coming ? ['https:// follows as soon as its certificate has come'] : []),
    ...(grant.remark === undefined ? [] : [`not https://: ${grant.remark}`]),
    ...(nameless ? [`warning: the name "${exposure.name}" is not used: ${NAMELESS[grant.kind]}`] : []),
  ];
}

/** Of one of these words. */
export const publishedLevel = (words: string): Level => (/^(warning|not https):/.test(words) ? 'warn' : 'info');

/** Nothing for what ends the program, which is told when it ends. */
export function refusedWords(event: AgentEvent & { type: 'refused' }): string | undefined {
  const { exposure, code, seen, permanent } = event;
  if (exposure === undefined && permanent) return undefined;
  return `${exposure ? `${exposure.target.text}: ` : ''}${faultWords(code, seen)}`;
}

/** The last line: what it was good for. */
export function summaryWords(ms: number, { requests, bytes, failed }: Traffic): string {
  const served = requests === 0 ? '' : `, ${count(requests, 'request')}, ${size(bytes)} sent`;
  return `stopped after ${duration(ms)}${served}${failed === 0 ? '' : `, ${failed} failed`}`;
}

let shownSecond = 0;
let shownTime = '';

/** `14:02:11`, made once a second: a busy agent says a thousand lines in one. */
export function timeOfDay(): string {
  const second = Math.floor(Date.now() / 1_000);
  if (second !== shownSecond) {
    shownSecond = second;
    shownTime = new Date(second * 1_000).toTimeString().slice(0, 8);
  }
  return shownTime;
}

/** A request's path comes as bytes: the letters they mean, where they are UTF-8; at most `bytes` of them. What it holds is not made harmless here. */
export function pathWords(path: string, bytes: number): string {
  const some = path.slice(0, bytes);
  const words = /^[\x20-\x7e]*$/.test(some) ? some : Buffer.from(some, 'latin1').toString();
  return some.length < path.length ? `${words}…` : words;
}
