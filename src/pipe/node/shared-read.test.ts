import { once } from 'node:events';
import { type AddressInfo, connect, createServer, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { adopt, sharedRead } from './shared-read.ts';

const memory = Buffer.alloc(1_024);

/** Both ends of a connection, the accepted one as it came. */
async function connected() {
  const server = createServer({ pauseOnConnect: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const dialled = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [accepted] = (await once(server, 'connection')) as [Socket];
  onTestFinished(() => {
    dialled.destroy();
    server.close();
  });
  return { accepted, dialled };
}

test('accepted sockets read into one memory, both ways and to the end', async () => {
  const heard: string[] = [];
  for (const word of ['one', 'two']) {
    const { accepted, dialled } = await connected();
    const hear = (bytes: Uint8Array, count: number) => {
      expect(bytes).toBe(memory);
      heard.push(memory.toString('latin1', 0, count));
    };
    const socket = adopt(accepted, sharedRead(memory, hear)).resume();
    expect(socket).not.toBe(accepted);
    const closed = once(socket, 'close');
    dialled.end(word);
    await once(socket, 'end');
    socket.end('answer');
    expect(await text(dialled)).toBe('answer');
    await closed;
  }
  expect(heard).toEqual(['one', 'two']);
});

test('a socket that lends no handle stays what it is', () => {
  const socket = new Socket();
  expect(
    adopt(
      socket,
      sharedRead(memory, () => {}),
    ),
  ).toBe(socket);
  expect(socket.isPaused()).toBe(false);
});
