import { expect, test } from 'vitest';
import { limitValues } from '../../contract/limits.ts';
import type { HostPort } from '../../contract/reactor.ts';
import { datagramSuite } from '../datagrams.suite.ts';
import { untilInTurns } from '../world.testkit.ts';
import { makeNodeReactor } from './reactor.ts';

datagramSuite({ name: 'node', make: () => ({ reactor: makeNodeReactor(limitValues()), until: untilInTurns }) });

test('a call to a host that does not exist breaks with its cause', async () => {
  const call = makeNodeReactor(limitValues()).callDatagrams({ host: 'nowhere.invalid', port: 9 });
  const cause = await new Promise((resolve) => {
    call.onBreak = resolve;
  });
  call.close();
  expect(cause).toBe('dns');
});

test('a socket of both families hears IPv4 by its own name, and answers it', async () => {
  const reactor = makeNodeReactor(limitValues());
  const socket = await reactor.datagrams({ host: '::', port: 0 });
  const call = reactor.callDatagrams({ host: '127.0.0.1', port: (socket.address as HostPort).port });
  const hosts: string[] = [];
  const answers: string[] = [];
  socket.onMessage = (bytes, from) => {
    hosts.push(from.host);
    socket.send(bytes, from);
  };
  call.onMessage = (bytes) => answers.push(`${bytes}`);
  call.send(Buffer.from('hello'));
  await untilInTurns(() => answers.length === 1);
  socket.close();
  call.close();
  expect([hosts, answers]).toEqual([['127.0.0.1'], ['hello']]);
});
