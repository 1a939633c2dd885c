// The contract of reactors, as tests for each: listening, dialling, TLS and turns. Bytes and endings are in pipe.suite.ts.
import { describe, expect, test } from 'vitest';
import type { LimitName } from '../contract/limits.ts';
import { type Pipe, RESET } from '../contract/pipe.ts';
import type { Address, Arrival, DialTls, Listener, ListenTls, Reactor } from '../contract/reactor.ts';
import { makeArena } from './arena.ts';
import { fixtureCertificate } from './fixture.testkit.ts';
import { Ear, Listening } from './owners.testkit.ts';
import { reactorStage } from './reactor-stage.testkit.ts';

export interface ReactorWorld {
  readonly name: string;
  /** A fresh reactor, and how to wait on it. */
  make(): { readonly reactor: Reactor; until(fact: () => boolean): Promise<void> };
}

const ANY: Address = { host: '127.0.0.1', port: 0 };
const arena = makeArena(64);
const ours = fixtureCertificate('localhost');
const other = fixtureCertificate('other');
const listenTls: ListenTls = {
  certificate: (name) => (name === 'other.test' ? other : name === 'unknown.test' ? undefined : ours),
  alpn: ['h2', 'http/1.1'],
};

export function reactorSuite(world: ReactorWorld): void {
  describe(`the reactor ${world.name}`, () => {
    const stage = reactorStage(world);

    const listen = async (tls?: ListenTls): Promise<{ at: Address; arrivals: Arrival[]; listener: Listener }> => {
      const arrivals: Arrival[] = [];
      const listener = await stage.reactor.listen(ANY, { tls }, (arrival) => {
        arrivals.push(arrival);
        stage.pipes.push(arrival.pipe);
      });
      stage.listeners.push(listener);
      return { at: listener.address, arrivals, listener };
    };
    /** Dials, waits until it stands or breaks, and says how it went. */
    const dial = async (to: Address, tls?: DialTls, timeoutMs = 5_000): Promise<Ear> => {
      const pipe = stage.reactor.dial(to, { timeoutMs, tls });
      stage.pipes.push(pipe);
      const ear = new Ear(pipe);
      ear.onWritable = () => pipe.want(false, false);
      ear.call(() => pipe.want(false, true));
      expect(ear.told).toBe(0);
      await stage.until(() => ear.told > 0);
      return ear;
    };
    const tlsTo = (changes: Partial<DialTls>): DialTls => ({
      serverName: 'localhost',
      alpn: [],
      verify: 'system',
      authorities: [ours.cert],
      ...changes,
    });

    test('port 0 becomes a real port, and who arrives is said with both addresses', async () => {
      const { at, arrivals } = await listen();
      const { pipe } = await dial(at);
      await stage.until(() => arrivals.length === 1);
      expect('port' in at && at.port).toBeGreaterThan(0);
      expect(arrivals[0]?.remote).toEqual({ host: '127.0.0.1', port: expect.any(Number) });
      expect(arrivals[0]?.local).toEqual(at);
      expect([pipe.cause, pipe.secure, arrivals[0]?.pipe.secure]).toEqual([undefined, undefined, undefined]);
    });

    test('a dialled pipe takes and gives nothing until it stands', async () => {
      const { at } = await listen();
      const pipe = stage.reactor.dial(at, { timeoutMs: 5_000 });
      stage.pipes.push(pipe);
      expect([pipe.write(arena, 0, 8), pipe.read(arena, 0, 8), pipe.more]).toEqual([0, 0, false]);
    });

    test('what is ended before it stands ends there', async () => {
      const { at, arrivals } = await listen();
      const pipe = stage.reactor.dial(at, { timeoutMs: 5_000 });
      stage.pipes.push(pipe);
      pipe.end();
      await stage.until(() => arrivals.length === 1);
      const reader = new Listening(arrivals[0]?.pipe as Pipe);
      await stage.until(() => reader.end !== undefined);
      expect(reader.end).toBe(-1);
    });

    test('nobody listens: refused', async () => {
      const { at, listener } = await listen();
      await listener.close();
      const ear = await dial(at);
      expect([ear.pipe.cause, ear.pipe.read(arena, 0, 1), ear.readables, ear.writables]).toEqual([
        'refused',
        RESET,
        1,
        0,
      ]);
    });

    test('a pipe closed while it dials never stands', async () => {
      const { at } = await listen();
      for (const how of ['close', 'reset'] as const) {
        const pipe = stage.reactor.dial(at, { timeoutMs: 5_000 });
        const ear = new Ear(pipe);
        pipe.want(true, true);
        pipe[how]();
        await dial(at);
        expect([ear.told, pipe.cause]).toEqual([0, 'local']);
      }
    });

    test('an address in use is said by its code', async () => {
      const { at } = await listen();
      await expect(stage.reactor.listen(at, {}, () => {})).rejects.toMatchObject({ code: 'EADDRINUSE' });
    });

    test('a listener that closed lets its pipes go on', async () => {
      const { at, arrivals, listener } = await listen();
      const { pipe } = await dial(at);
      await stage.until(() => arrivals.length === 1);
      await listener.close();
      pipe.write(arena, 0, 1);
      const reader = new Listening(arrivals[0]?.pipe as Pipe);
      await stage.until(() => reader.bytes.length === 1);
      expect((await dial(at)).pipe.cause).toBe('refused');
    });

    test('the end of a turn is told once for any number of requests, in order', async () => {
      const told: number[] = [];
      for (let place = 0; place < 3; place++) stage.reactor.onTurn.push(() => told.push(place));
      stage.reactor.schedule();
      stage.reactor.schedule();
      expect(told).toEqual([]);
      await stage.until(() => told.length > 0);
      expect(told).toEqual([0, 1, 2]);
    });

    test('a turn asked for at the end of a turn is the next one', async () => {
      let turns = 0;
      stage.reactor.onTurn.push(() => {
        if (++turns < 3) stage.reactor.schedule();
        expect(turns).toBeLessThanOrEqual(3);
      });
      stage.reactor.schedule();
      await stage.until(() => turns === 3);
    });

    test('TLS agrees on a name, an ALPN by the preference of the listener, and keying material', async () => {
      const { at, arrivals } = await listen(listenTls);
      const { pipe } = await dial(at, tlsTo({ alpn: ['http/1.1', 'h2'] }));
      await stage.until(() => arrivals.length === 1);
      const [near, far] = [pipe.secure, arrivals[0]?.pipe.secure];
      expect(near).toMatchObject({ alpn: 'h2', sni: 'localhost', trusted: true });
      expect(far).toMatchObject({ alpn: 'h2', sni: 'localhost', trusted: false });
      expect(near?.exporter('EXPORTER-test', 32)).toEqual(far?.exporter('EXPORTER-test', 32));
      expect(near?.exporter('EXPORTER-test', 32)).not.toEqual(near?.exporter('EXPORTER-other', 32));
      const { pipe: second } = await dial(at, tlsTo({}));
      expect(second.secure?.exporter('EXPORTER-test', 32)).not.toEqual(near?.exporter('EXPORTER-test', 32));
      expect(second.secure?.alpn).toBeUndefined();
    });

    test('no server name is no name', async () => {
      const { at, arrivals } = await listen(listenTls);
      const { pipe } = await dial(at, tlsTo({ serverName: '', verify: 'report' }));
      await stage.until(() => arrivals.length === 1);
      expect([pipe.secure?.sni, arrivals[0]?.pipe.secure?.sni]).toEqual([undefined, undefined]);
    });

    test.each([
      ['an ALPN that is not offered', { alpn: ['h3'] }],
      ['a name without a certificate', { serverName: 'unknown.test' }],
    ])('a handshake with %s fails, and nobody arrives', async (_what, changes) => {
      const { at, arrivals } = await listen(listenTls);
      const ear = await dial(at, tlsTo(changes));
      expect([ear.pipe.cause, ear.readables, ear.pipe.secure]).toEqual(['tls', 1, undefined]);
      expect(arrivals).toEqual([]);
    });

    test.each([
      ['by an unknown authority', { authorities: [other.cert] }],
      ['for another name', { serverName: 'elsewhere.test' }],
      [
        'by a text that is no certificate',
        { authorities: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----'] },
      ],
    ])('a certificate %s is not taken', async (_what, changes) => {
      const { at } = await listen(listenTls);
      const ear = await dial(at, tlsTo(changes));
      expect([ear.pipe.cause, ear.readables, ear.pipe.secure]).toEqual(['tls', 1, undefined]);
    });

    test('the certificate goes by the name asked for', async () => {
      const { at } = await listen(listenTls);
      const { pipe } = await dial(at, tlsTo({ serverName: 'other.test', authorities: [other.cert] }));
      expect(pipe.secure?.trusted).toBe(true);
    });

    test('no handshake is begun while the listener refuses it', async () => {
      let busy: LimitName | undefined = 'turnLateMs';
      const { at, arrivals } = await listen({ ...listenTls, refuses: () => busy });
      expect((await dial(at, tlsTo({}))).pipe.secure).toBeUndefined();
      busy = undefined;
      expect((await dial(at, tlsTo({}))).pipe.secure?.trusted).toBe(true);
      await stage.until(() => arrivals.length === 1);
    });

    test('a handshake waits for a certificate that is coming, and then looks it up', async () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      let shown = ours;
      const waiting: string[] = [];
      const coming = (name: string) => {
        waiting.push(name);
        return name === 'other.test' ? promise : undefined;
      };
      const { at } = await listen({ ...listenTls, certificate: () => shown, coming });
      const tls = tlsTo({ serverName: 'other.test', authorities: [other.cert] });
      const late = stage.reactor.dial(at, { timeoutMs: 5_000, tls });
      stage.pipes.push(late);
      await stage.until(() => waiting.length === 1);
      expect((await dial(at, tlsTo({}))).pipe.secure?.trusted).toBe(true);
      shown = other;
      resolve();
      await promise;
      await stage.until(() => late.secure !== undefined);
      expect(late.secure?.trusted).toBe(true);
      expect(waiting).toEqual(['other.test', 'localhost']);
    });

    test('where it is only to be reported, an untrusted certificate is no failure', async () => {
      const { at } = await listen(listenTls);
      const { pipe } = await dial(at, tlsTo({ verify: 'report', authorities: undefined }));
      expect([pipe.cause, pipe.secure?.trusted]).toEqual([undefined, false]);
    });

    test('TLS with a listener that speaks none fails', async () => {
      const { at, arrivals } = await listen();
      const pending = dial(at, tlsTo({}), 2_000);
      await stage.until(() => arrivals.length > 0 || stage.pipes.some(({ cause }) => cause === 'tls'));
      const answers = arrivals.map(({ pipe }) => new Listening(pipe));
      for (const { pipe } of answers) pipe.write(arena, 0, 64);
      expect((await pending).pipe.cause).toBe('tls');
    });
  });
}
