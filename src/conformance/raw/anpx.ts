// A peer of ANPX/2 made of bytes, as gateway or as agent: it proves who it is as it should, and then says whatever it likes. Written off
// the specification; of the project it knows nothing, so that nothing the project takes for granted keeps it from being hostile.
import { createHash, createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { Wire } from './wire.ts';

export const TYPE = {
  ...{ HELLO: 0x01, PROOF: 0x02, WELCOME: 0x03, PING: 0x04, PONG: 0x05, GOAWAY: 0x06 },
  ...{ EXPOSE: 0x10, EXPOSED: 0x11, EXPOSE_REFUSED: 0x12, OPEN: 0x20, OPENED: 0x21, DATA: 0x23, RST: 0x26 },
} as const;

const PATIENCE_MS = 20_000;
const PREFACE = Buffer.from('414e505802000000', 'hex');
const HEADER_BYTES = 8;
/** RFC 8410: an Ed25519 seed as PKCS #8. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const RAW_KEY_BYTES = 32;

export const number = (value: number, width: number): Buffer => {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntBE(value, 0, width);
  return bytes;
};

export const tlv = (tag: number, value: Buffer | string): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.of(tag), number(bytes.length, 2), bytes]);
};

export class Key {
  readonly #private: KeyObject;
  readonly spki: Buffer;

  constructor(seed = randomBytes(RAW_KEY_BYTES)) {
    this.#private = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
    this.spki = createPublicKey(this.#private).export({ format: 'der', type: 'spki' });
  }

  /** The key that a token is the seed of. */
  static ofToken(text: string): Key {
    return new Key(Buffer.from(text.slice('tkt_'.length), 'base64url').subarray(0, RAW_KEY_BYTES));
  }

  get raw(): Buffer {
    return this.spki.subarray(-RAW_KEY_BYTES);
  }

  get pin(): string {
    return `sha256-${createHash('sha256').update(this.spki).digest('base64url')}`;
  }

  sign(label: string, transcript: Buffer): Buffer {
    return sign(null, Buffer.concat([Buffer.from(label), transcript]), this.#private);
  }
}

export interface Frame {
  readonly type: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export class AnpxPeer {
  readonly wire: Wire;
  readonly #role: 'gateway' | 'agent';
  readonly #key: Key;
  readonly #token: Key | undefined;
  readonly #hello: Buffer;

  /** Says preface and HELLO at once. `token`: the agent's. */
  constructor(wire: Wire, key: Key, token?: Key) {
    this.wire = wire;
    this.#role = token === undefined ? 'gateway' : 'agent';
    this.#key = key;
    this.#token = token;
    this.#hello = Buffer.concat([
      ...[tlv(1, Buffer.of(2)), tlv(2, Buffer.of(2)), tlv(3, number(2, 4)), tlv(4, randomBytes(32)), tlv(5, key.raw)],
      ...[tlv(6, number(16_384, 4)), tlv(7, number(65_536, 4)), tlv(8, number(1_000, 4)), tlv(9, Buffer.of(0))],
    ]);
    wire.send(PREFACE);
    this.say(TYPE.HELLO, 0, this.#hello);
  }

  say(type: number, stream = 0, payload: Buffer = Buffer.alloc(0)): this {
    this.wire.send(Buffer.concat([number(payload.length, 3), Buffer.of(type), number(stream, 4), payload]));
    return this;
  }

  /** All frames that have come whole. */
  get frames(): Frame[] {
    const bytes = this.wire.received;
    const frames: Frame[] = [];
    for (let at = PREFACE.length; at + HEADER_BYTES <= bytes.length; ) {
      const end = at + HEADER_BYTES + bytes.readUIntBE(at, 3);
      if (end > bytes.length) break;
      frames.push({
        type: bytes[at + 3]!,
        stream: bytes.readUInt32BE(at + 4),
        payload: bytes.subarray(at + HEADER_BYTES, end),
      });
      at = end;
    }
    return frames;
  }

  /** The first frame of the type, once it is there. */
  async heard(type: number, good: (frame: Frame) => boolean = () => true): Promise<Frame> {
    const find = () => this.frames.find((frame) => frame.type === type && good(frame));
    if (!(await this.wire.until(() => find() !== undefined, PATIENCE_MS)))
      throw new Error(`no frame of type ${type}, but ${this.frames.map((frame) => frame.type)}`);
    return find()!;
  }

  /** Up to WELCOME, as it should be done by whichever of the two this is. */
  async admitted(): Promise<this> {
    const { payload: theirs } = await this.heard(TYPE.HELLO);
    const both = this.#role === 'agent' ? [this.#hello, theirs] : [theirs, this.#hello];
    const transcript = createHash('sha256').update(Buffer.concat(both)).digest();
    const proof = tlv(1, this.#key.sign(`tunnelkit anpx/2 ${this.#role}`, transcript));
    if (this.#token === undefined) {
      this.say(TYPE.PROOF, 0, proof);
      await this.heard(TYPE.PROOF);
      this.say(TYPE.WELCOME, 0, Buffer.concat([tlv(1, 'session'), tlv(2, '127.0.0.1'), tlv(3, 'owner')]));
    } else {
      await this.heard(TYPE.PROOF);
      const signature = this.#token.sign('tunnelkit anpx/2 token', transcript);
      this.say(TYPE.PROOF, 0, Buffer.concat([proof, tlv(2, this.#token.raw), tlv(3, signature)]));
      await this.heard(TYPE.WELCOME);
    }
    return this;
  }
}

/** The payload of an OPEN: of HTTP where there is a request. */
export function opening(
  kind: number,
  exposure: number,
  request?: { readonly authority: string; readonly path: string },
): Buffer {
  const head = Buffer.concat([Buffer.of(kind), number(exposure, 4), Buffer.of(0)]);
  if (request === undefined) return head;
  const texts = ['GET', request.authority, request.path].map((text) => Buffer.from(text, 'latin1'));
  const [method, authority, path] = texts as [Buffer, Buffer, Buffer];
  const sizes = [Buffer.of(0, 0, method.length, 0), number(authority.length, 2), number(path.length, 2), number(0, 2)];
  return Buffer.concat([head, ...sizes, method, authority, path]);
}
