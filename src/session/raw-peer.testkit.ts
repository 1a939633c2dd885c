/** A peer made of bytes: it says whatever a test wants, right or wrong, to a real session, and notes the frames it gets. */
import { type Arena, END, type Pipe, type PipeOwner, RESET } from '../contract/pipe.ts';
import type { StreamHead } from '../contract/stream.ts';
import { nodeCrypto } from '../identity/crypto.ts';
import {
  FRAME,
  type FrameName,
  frameLength,
  frameStream,
  frameType,
  HEADER_BYTES,
  writeHeader,
} from '../protocol/frame.ts';
import { decodeGoaway, type Goaway } from '../protocol/goaway.ts';
import { encodeHello, type Hello } from '../protocol/hello.ts';
import { encodeOpen } from '../protocol/open.ts';
import { encodePreface, PREFACE_BYTES } from '../protocol/preface.ts';
import { encodeProof, proofMessage, type Transcript } from '../protocol/proof.ts';
import { encodeWelcome } from '../protocol/welcome.ts';
import { payloadOf } from './payload.ts';
import { Session } from './session.ts';
import { KEYS, WELCOME, World, type WorldOptions } from './world.testkit.ts';

export interface RawFrame {
  readonly name: FrameName;
  readonly stream: number;
  readonly payload: Buffer;
}

const PAYLOAD_MAX = 65_536;
const NAMES = new Map(Object.entries(FRAME).map(([name, type]) => [type as number, name as FrameName]));

export class RawPeer implements PipeOwner {
  readonly frames: RawFrame[] = [];
  readonly role: 'gateway' | 'agent';
  ended: 'open' | 'fin' | 'reset' = 'open';
  /** HELLOs of both, as they crossed. */
  ours: Buffer = Buffer.alloc(0);
  readonly #pipe: Pipe;
  readonly #arena: Arena = { bytes: Buffer.alloc(1 << 20), size: 1 << 20 };
  #unread = Buffer.alloc(0);
  #unsent = Buffer.alloc(0);
  #prefaced = false;
  #deaf = false;
  #corked = false;

  constructor(pipe: Pipe, role: 'gateway' | 'agent') {
    this.#pipe = pipe;
    this.role = role;
    pipe.owner = this;
    pipe.want(true, true);
  }

  bytes(bytes: Buffer | string): this {
    this.#unsent = Buffer.concat([this.#unsent, Buffer.from(bytes)]);
    this.writable();
    return this;
  }

  /** What is said inside leaves in one piece. */
  together(say: () => void): this {
    this.#corked = true;
    say();
    this.#corked = false;
    return this.bytes('');
  }

  frame(type: number, stream = 0, payload: Buffer = Buffer.alloc(0), length = payload.length): this {
    const header = Buffer.alloc(HEADER_BYTES);
    writeHeader(header, 0, length, type, stream);
    return this.bytes(Buffer.concat([header, payload]));
  }

  preface(): this {
    const bytes = Buffer.alloc(PREFACE_BYTES);
    encodePreface(bytes, 0, PREFACE_BYTES);
    return this.bytes(bytes);
  }

  hello(changes: Partial<Hello> = {}): this {
    const hello: Hello = {
      minVersion: 2,
      maxVersion: 2,
      features: 0,
      nonce: nodeCrypto.random(32),
      publicKey: KEYS[this.role].publicKey,
      frameBytesMax: 262_144,
      streamWindowBytes: 65_536,
      streamsMax: 100,
      exporterBound: false,
      software: 'raw',
      ...changes,
    };
    this.ours = payloadOf(encodeHello, hello, 1_000);
    return this.frame(FRAME.HELLO, 0, this.ours);
  }

  /** Signs as it should, unless told to sign something else. */
  proof({ exporter, key = KEYS[this.role], token = KEYS.token }: ProofChanges = {}): this {
    const theirs = this.last('HELLO').payload;
    const [agentHello, gatewayHello] = this.role === 'agent' ? [this.ours, theirs] : [theirs, this.ours];
    const transcript: Transcript = { agentHello, gatewayHello, exporter };
    const message = (role: 'gateway' | 'agent' | 'token') => proofMessage(role, transcript, nodeCrypto.sha256);
    const signature = key.sign(message(this.role));
    const shown =
      this.role === 'agent'
        ? { signature, tokenKey: token.publicKey, tokenSignature: token.sign(message('token')) }
        : { signature };
    return this.frame(FRAME.PROOF, 0, payloadOf(encodeProof, shown, 1_000));
  }

  welcome(): this {
    return this.frame(FRAME.WELCOME, 0, payloadOf(encodeWelcome, WELCOME, 1_000));
  }

  open(id: number, head: StreamHead = { kind: 'tcp', exposure: 1, visitor: '' }): this {
    return this.frame(FRAME.OPEN, id, payloadOf(encodeOpen, head, PAYLOAD_MAX));
  }

  /** Frames of a type, in order. */
  all(name: FrameName): RawFrame[] {
    return this.frames.filter((frame) => frame.name === name);
  }

  last(name: FrameName): RawFrame {
    const found = this.all(name).at(-1);
    if (found === undefined) throw new Error(`no ${name} came, but ${this.frames.map((frame) => frame.name)}`);
    return found;
  }

  get goaway(): Goaway | undefined {
    const payload = this.all('GOAWAY').at(-1)?.payload;
    return payload && decodeGoaway(payload, 0, payload.length);
  }

  /** The names of all frames, most often what matters. */
  get names(): FrameName[] {
    return this.frames.map((frame) => frame.name);
  }

  readable(): void {
    for (;;) {
      const read = this.#pipe.read(this.#arena, 0, this.#arena.size);
      if (read === END) this.ended = 'fin';
      if (read === RESET) this.ended = 'reset';
      if (read <= 0) break;
      this.#unread = Buffer.concat([this.#unread, this.#arena.bytes.subarray(0, read)]);
    }
    this.#parse();
  }

  writable(): void {
    while (this.#unsent.length > 0 && !this.#corked) {
      const part = this.#unsent.copy(this.#arena.bytes);
      const taken = this.#pipe.write(this.#arena, 0, part);
      if (taken <= 0) break;
      this.#unsent = this.#unsent.subarray(taken);
    }
    this.#pipe.want(!this.#deaf, this.#unsent.length > 0);
  }

  /** Reads nothing any more. */
  deaf(): void {
    this.#deaf = true;
    this.#pipe.want(false, this.#unsent.length > 0);
  }

  close(): void {
    this.#pipe.end();
    this.#pipe.close();
  }

  #parse(): void {
    if (!this.#prefaced) {
      if (this.#unread.length < PREFACE_BYTES) return;
      this.#prefaced = true;
      this.#unread = this.#unread.subarray(PREFACE_BYTES);
    }
    while (this.#unread.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + frameLength(this.#unread, 0);
      if (this.#unread.length < end) return;
      const name = NAMES.get(frameType(this.#unread, 0));
      if (name === undefined) throw new Error(`the session sent a frame of type ${frameType(this.#unread, 0)}`);
      const payload = Buffer.from(this.#unread.subarray(HEADER_BYTES, end));
      this.frames.push({ name, stream: frameStream(this.#unread, 0), payload });
      this.#unread = this.#unread.subarray(end);
    }
  }
}

export interface ProofChanges {
  readonly exporter?: Buffer;
  readonly key?: typeof KEYS.other;
  readonly token?: typeof KEYS.other;
}

/** A session of the role, and a raw peer of the other role at its link. */
export class RawWorld extends World {
  readonly raw: RawPeer;
  readonly session: Session;
  readonly #role: 'gateway' | 'agent';

  constructor(role: 'gateway' | 'agent', options: WorldOptions = {}) {
    super(options);
    this.#role = role;
    const [near, far] = this.pair();
    this.session = new Session(this.asLink(role, near), this.sessionOptions(role));
    this[role] = this.session;
    this.raw = new RawPeer(far, role === 'agent' ? 'gateway' : 'agent');
  }

  get tells() {
    return this.told[this.#role];
  }

  /** Lets everything under way arrive, also promises. */
  async rest(): Promise<void> {
    for (let i = 0; i < 5; i++) {
      this.reactor.run();
      await Promise.resolve();
    }
    this.reactor.run();
  }

  async handshake(hello: Partial<Hello> = {}): Promise<this> {
    this.raw.preface().hello(hello);
    await this.rest();
    this.raw.proof();
    await this.rest();
    if (this.#role === 'agent') this.raw.welcome();
    await this.rest();
    if (this.tells.welcome === undefined) throw new Error(`not established: ${this.tells.end?.detail}`);
    this.raw.frames.length = 0;
    return this;
  }
}
