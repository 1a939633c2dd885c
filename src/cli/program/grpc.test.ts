// gRPC through the program, over TLS and without, with the library that people use, as visitor and as origin.
import {
  type Client,
  credentials,
  type handleUnaryCall,
  Metadata,
  makeClientConstructor,
  Server,
  ServerCredentials,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, World } from './program.testkit.ts';

const MIB = 1_048_576;
const PATIENCE_MS = 20_000;

const same = (bytes: Buffer) => bytes;
const method = (name: string, requestStream: boolean, responseStream: boolean) => ({
  path: `/test.Echo/${name}`,
  requestStream,
  responseStream,
  requestSerialize: same,
  requestDeserialize: same,
  responseSerialize: same,
  responseDeserialize: same,
});
const ECHO = {
  unary: method('unary', false, false),
  down: method('down', false, true),
  up: method('up', true, false),
  both: method('both', true, true),
} satisfies ServiceDefinition;

const world = new World();
const server = new Server({ 'grpc.max_receive_message_length': 16 * MIB });
const Visitor = makeClientConstructor(ECHO, 'Echo');
/** What the origin saw of calls that were cut. */
const cancelled: string[] = [];
let gateway: Gateway;
let authority: string;
// biome-ignore lint/suspicious/noExplicitAny: the library makes a client's methods at run time.
let visitor: Client & Record<string, any>;

async function all(parts: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const came: Buffer[] = [];
  for await (const part of parts) came.push(part);
  return came;
}

/** What is asked for is said in the message: `fail` ends with a status and no message, `wait` never answers. */
const unary: handleUnaryCall<Buffer, Buffer> = (call, answer) => {
  const asked = call.request.toString('latin1', 0, 4);
  if (asked === 'wait') {
    call.on('cancelled', () => cancelled.push(asked));
    return;
  }
  const late = new Metadata();
  late.set('x-late', call.metadata.get('x-early')[0] ?? 'none');
  if (asked === 'fail') answer({ code: status.NOT_FOUND, details: 'no such thing', metadata: late });
  else answer(null, call.request, late);
};

beforeAll(async () => {
  server.addService(ECHO, {
    unary,
    down: (call: { request: Buffer; write(bytes: Buffer): void; end(): void }) => {
      for (let i = 0; i < 100; i += 1) call.write(Buffer.from(`${call.request} ${i}`));
      call.end();
    },
    up: (call: AsyncIterable<Buffer>, answer: (error: null, bytes: Buffer) => void) => {
      void all(call).then((parts) => answer(null, Buffer.concat(parts)));
    },
    both: (call: NodeJS.ReadWriteStream) => {
      call.on('data', (bytes: Buffer) => call.write(Buffer.from(`re: ${bytes}`)));
      call.on('end', () => call.end());
    },
  });
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) =>
    error ? reject(error) : resolve(port),
  );
  gateway = await world.serve();
  const { url } = await world.expose(`127.0.0.1:${await promise}`, ['--name', 'grpc']);
  authority = url.host;
});
afterAll(async () => {
  server.forceShutdown();
  await world.close();
});

interface Outcome {
  readonly error: { readonly code: number; readonly details: string; readonly metadata: Metadata } | null;
  readonly bytes: Buffer | undefined;
  readonly trailers: Metadata;
}

function ask(message: string | Buffer, metadata = new Metadata(), withinMs = PATIENCE_MS) {
  const { promise, resolve } = Promise.withResolvers<Outcome>();
  let outcome: Pick<Outcome, 'error' | 'bytes'> | undefined;
  let trailers: Metadata | undefined;
  const settle = () => outcome && trailers && resolve({ ...outcome, trailers });
  const call = visitor.unary(
    Buffer.from(message as string),
    metadata,
    { deadline: Date.now() + withinMs },
    (error: Outcome['error'], bytes?: Buffer) => {
      outcome = { error, bytes };
      settle();
    },
  );
  call.on('status', (said: { metadata: Metadata }) => {
    trailers = said.metadata;
    settle();
  });
  return { call, outcome: promise };
}

/** Over TLS HTTP/2 is agreed on by ALPN, elsewhere it is known beforehand. Who vouches for the name is not what is tested. */
const WAYS = {
  'over TLS': () => ({
    address: gateway.ready.https,
    as: credentials.createSsl(null, null, null, { rejectUnauthorized: false }),
    name: { 'grpc.ssl_target_name_override': 'grpc.localhost' },
  }),
  'without TLS': () => ({ address: gateway.ready.http, as: credentials.createInsecure(), name: {} }),
};

describe.each(Object.keys(WAYS) as (keyof typeof WAYS)[])('gRPC %s', (way) => {
  beforeAll(() => {
    const { address, as, name } = WAYS[way]();
    const bounds = { 'grpc.max_receive_message_length': 16 * MIB };
    visitor = new Visitor(address, as, { 'grpc.default_authority': authority, ...name, ...bounds });
    cancelled.length = 0;
  });
  afterAll(() => visitor.close());

  it('unary: the message comes back, with metadata both ways', async () => {
    const metadata = new Metadata();
    metadata.set('x-early', 'bird');
    const { error, bytes, trailers } = await ask('hello', metadata).outcome;
    expect([error, bytes?.toString()]).toEqual([null, 'hello']);
    expect(trailers.get('x-late')).toEqual(['bird']);
  });

  it('a message of 8 MiB comes back unchanged', async () => {
    const large = Buffer.alloc(8 * MIB, 'abcdefg');
    const { error, bytes } = await ask(large).outcome;
    expect(error).toBeNull();
    expect(bytes?.equals(large)).toBe(true);
  });

  it('an answer of a status alone', async () => {
    const { error } = await ask('fail').outcome;
    expect(error).toMatchObject({ code: status.NOT_FOUND, details: 'no such thing' });
    expect(error?.metadata.get('x-late')).toEqual(['none']);
  });

  it('a stream from the server, in order', async () => {
    const came = await all(visitor.down(Buffer.from('n')));
    expect(came.map(String)).toEqual(Array.from({ length: 100 }, (_, i) => `n ${i}`));
  });

  it('a stream from the client', async () => {
    const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
    const call = visitor.up((error: Error | null, bytes: Buffer) => (error ? reject(error) : resolve(bytes)));
    for (let i = 0; i < 100; i += 1) call.write(Buffer.from(`${i},`));
    call.end();
    expect(String(await promise)).toBe(Array.from({ length: 100 }, (_, i) => `${i},`).join(''));
  });

  it('streams both ways: each message is answered before the next is sent', async () => {
    const call = visitor.both();
    const came = call[Symbol.asyncIterator]();
    for (const word of ['one', 'two', 'three']) {
      call.write(Buffer.from(word));
      expect(String((await came.next()).value)).toBe(`re: ${word}`);
    }
    call.end();
    expect((await came.next()).done).toBe(true);
  });

  it('a deadline ends the call on both sides', async () => {
    const { error } = await ask('wait', new Metadata(), 300).outcome;
    expect(error?.code).toBe(status.DEADLINE_EXCEEDED);
    await expect.poll(() => cancelled).toEqual(['wait']);
  });

  it('a call that is cancelled is cancelled at the origin', async () => {
    const { call, outcome } = ask('wait');
    await ask('first, so that the other is there').outcome;
    call.cancel();
    expect((await outcome).error?.code).toBe(status.CANCELLED);
    await expect.poll(() => cancelled).toEqual(['wait', 'wait']);
  });
});
