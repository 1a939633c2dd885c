// The contract of UDP sockets, as tests for each reactor: boundaries, addresses, and ends.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DATAGRAM_BYTES_MAX } from '../contract/datagram.ts';
import type { DatagramCall, DatagramSocket, HostPort } from '../contract/reactor.ts';
import type { ReactorWorld } from './reactor.suite.ts';

const ANY: HostPort = { host: '127.0.0.1', port: 0 };
const keyed = (length: number) => Buffer.from(Array.from({ length }, (_, at) => (at + length) % 253));

interface Heard {
  readonly bytes: Buffer;
  readonly from: HostPort;
}

export function datagramSuite(world: ReactorWorld): void {
  describe(`datagrams of the reactor ${world.name}`, () => {
    let { reactor, until } = world.make();
    let closers: { close(): void }[] = [];
    beforeEach(() => {
      ({ reactor, until } = world.make());
    });
    afterEach(() => {
      for (const each of closers) each.close();
      closers = [];
    });

    const bound = async (): Promise<{ socket: DatagramSocket; at: HostPort; heard: Heard[] }> => {
      const socket = await reactor.datagrams(ANY);
      const heard: Heard[] = [];
      socket.onMessage = (bytes, from) => heard.push({ bytes: Buffer.from(bytes), from });
      closers.push(socket);
      return { socket, at: socket.address as HostPort, heard };
    };
    const called = (to: HostPort): { call: DatagramCall; heard: Buffer[] } => {
      const call = reactor.callDatagrams(to);
      const heard: Buffer[] = [];
      call.onMessage = (bytes) => heard.push(Buffer.from(bytes));
      closers.push(call);
      return { call, heard };
    };

    test.each([0, 1, 1_472, DATAGRAM_BYTES_MAX])(
      'one of %i bytes comes as one, and so does its answer',
      async (length) => {
        const { socket, at, heard } = await bound();
        const { call, heard: answers } = called(at);
        call.send(keyed(length));
        await until(() => heard.length === 1);
        socket.send(heard[0]!.bytes, heard[0]!.from);
        await until(() => answers.length === 1);
        expect([heard[0]!.bytes.equals(keyed(length)), answers[0]!.equals(keyed(length))]).toEqual([true, true]);
      },
    );

    test('what was sent is not what the sender does to it afterwards', async () => {
      const { at, heard } = await bound();
      const bytes = keyed(100);
      called(at).call.send(bytes);
      bytes.fill(0);
      await until(() => heard.length === 1);
      expect(heard[0]!.bytes.equals(keyed(100))).toBe(true);
    });

    test('port 0 becomes a real port, and one in use is said by its code', async () => {
      const { at } = await bound();
      expect(at.port).toBeGreaterThan(0);
      await expect(reactor.datagrams(at)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    });

    test('each call has an address of its own, and hears nobody but the one it talks to', async () => {
      const { socket, at, heard } = await bound();
      const stranger = await bound();
      const calls = [called(at), called(at)];
      for (const { call } of calls) call.send(keyed(1));
      await until(() => heard.length === 2);
      const [first, second] = heard.map(({ from }) => from.port);
      expect(first).not.toBe(second);
      stranger.socket.send(keyed(5), heard[0]!.from);
      socket.send(keyed(7), heard[0]!.from);
      await until(() => calls.some((each) => each.heard.length > 0));
      expect(calls.flatMap((each) => each.heard.map(({ length }) => length))).toEqual([7]);
    });

    test('what is sent to nobody is lost, and the call goes on', async () => {
      const gone = await bound();
      gone.socket.close();
      const { call } = called(gone.at);
      const broken: string[] = [];
      call.onBreak = (cause) => broken.push(cause);
      call.send(keyed(1));
      const { at, heard } = await bound();
      called(at).call.send(keyed(2));
      await until(() => heard.length === 1);
      call.send(keyed(3));
      expect(broken).toEqual([]);
    });

    test('a socket may be closed twice, and hears and says nothing more', async () => {
      const { socket, at, heard } = await bound();
      const other = await bound();
      socket.close();
      socket.close();
      other.socket.send(keyed(1), at);
      socket.send(keyed(1), other.at);
      const { call } = called(other.at);
      call.close();
      call.close();
      call.send(keyed(1));
      called(other.at).call.send(keyed(9));
      await until(() => other.heard.length > 0);
      expect([heard.length, other.heard.map(({ bytes }) => bytes.length)]).toEqual([0, [9]]);
    });
  });
}
