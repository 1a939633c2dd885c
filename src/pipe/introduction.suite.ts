// The contract of introductions and preambles, as tests for each reactor: what one side says first is what the other side learns, and
// nothing of it reaches whoever owns the pipe.
import { describe, expect, test } from 'vitest';
import type { Pipe } from '../contract/pipe.ts';
import type { Arrival, DialOptions, ListenOptions } from '../contract/reactor.ts';
import { writeHeader } from '../proxy-protocol/header.ts';
import { fixtureCertificate } from './fixture.testkit.ts';
import { introduction } from './introduction.testkit.ts';
import { Listening, Talker } from './owners.testkit.ts';
import type { ReactorWorld } from './reactor.suite.ts';
import { reactorStage } from './reactor-stage.testkit.ts';

const VISITOR = { host: '2001:db8::7', port: 50_000 };
const certificate = fixtureCertificate('localhost');
const tls = {
  listen: { certificate: () => certificate, alpn: [] },
  dial: { serverName: 'localhost', alpn: [], verify: 'system', authorities: [certificate.cert] },
} as const;
const of = (visitor: string): DialOptions => ({ timeoutMs: 5_000, preamble: (to) => writeHeader('v2', visitor, to) });
const says = (text: string): DialOptions => ({ timeoutMs: 5_000, preamble: () => Buffer.from(text) });

export function introductionSuite(world: ReactorWorld): void {
  describe(`introductions on the reactor ${world.name}`, () => {
    const stage = reactorStage(world);

    const visit = async (listen: ListenOptions, dial: DialOptions): Promise<{ near: Pipe; arrivals: Arrival[] }> => {
      const arrivals: Arrival[] = [];
      const listener = await stage.reactor.listen({ host: '127.0.0.1', port: 0 }, listen, (arrival) => {
        arrivals.push(arrival);
        stage.pipes.push(arrival.pipe);
      });
      stage.listeners.push(listener);
      const near = stage.reactor.dial(listener.address, dial);
      stage.pipes.push(near);
      return { near, arrivals };
    };

    test.each([
      ['plainly', {}, {}],
      ['over TLS', { tls: tls.listen }, { tls: tls.dial }],
    ])('whoever is introduced arrives as himself, and every byte behind is his: %s', async (_how, listen, dial) => {
      const heard = introduction();
      const given = { ...listen, introduction: heard };
      const { near, arrivals } = await visit(given, { ...of('[2001:db8::7]:50000'), ...dial });
      const one = { key: 1, bytes: 5_000, arenaBytes: 700 };
      const two = { key: 2, bytes: 3_000, arenaBytes: 300 };
      const talker = new Talker(near, one, two);
      await stage.until(() => arrivals.length === 1);
      const [{ pipe, remote, introducer }] = arrivals as [Arrival];
      expect([remote, introducer]).toEqual([VISITOR, { host: '127.0.0.1', port: expect.any(Number) }]);
      const other = new Talker(pipe, two, one);
      await stage.until(() => talker.done && other.done);
      expect([talker.firstWrong, other.firstWrong, talker.heard, other.heard]).toEqual([-1, -1, 3_000, 5_000]);
      expect(heard.faults).toEqual([]);
    });

    test('an introduction of nobody leaves the connection its peer’s own', async () => {
      const { arrivals } = await visit({ introduction: introduction() }, of(''));
      await stage.until(() => arrivals.length === 1);
      expect([arrivals[0]?.remote.host, arrivals[0]?.introducer]).toEqual(['127.0.0.1', undefined]);
    });

    test.each([
      ['begins with something else', says('GET / HTTP/1.1\r\n\r\n'), 'missing'],
      ['introduces wrongly', says('PROXY TCP4 nobody nowhere 1 2\r\n'), 'malformed'],
    ])('a connection that %s is reset, and nobody arrives', async (_what, dial, why) => {
      const heard = introduction();
      const { near, arrivals } = await visit({ introduction: heard }, dial);
      near.want(true, false);
      await stage.until(() => near.cause !== undefined);
      expect([near.cause, arrivals, heard.faults]).toEqual(['reset', [], [why]]);
    });

    test('where none is due, an introduction is bytes like others', async () => {
      const { near, arrivals } = await visit({ introduction: introduction(false) }, says('PROXY UNKNOWN\r\n'));
      near.end();
      await stage.until(() => arrivals.length === 1);
      const reader = new Listening(arrivals[0]?.pipe as Pipe);
      await stage.until(() => reader.end !== undefined);
      expect([reader.text, arrivals[0]?.introducer]).toEqual(['PROXY UNKNOWN\r\n', undefined]);
    });

    test('a preamble is told where it goes, and leaves once', async () => {
      const told: unknown[] = [];
      const preamble = (to: unknown) => {
        told.push(to);
        return Buffer.from('first ');
      };
      const { near, arrivals } = await visit({}, { timeoutMs: 5_000, preamble });
      const talker = new Talker(near, { key: 1, bytes: 100, arenaBytes: 30 }, { key: 2, bytes: 0, arenaBytes: 1 });
      await stage.until(() => arrivals.length === 1);
      const reader = new Listening(arrivals[0]?.pipe as Pipe);
      await stage.until(() => reader.end !== undefined && talker.sent === 100);
      expect([reader.bytes.length, reader.text.slice(0, 6), told]).toEqual([106, 'first ', [arrivals[0]?.local]]);
    });
  });
}
