/**
 * From the first byte to admission: HELLO both ways at once, the gateway's PROOF, the agent's, WELCOME. The agent shows its own
 * proof only to a gateway it has accepted. Knows keys and verdicts, nothing of streams.
 */
import type { ErrorCode } from '../contract/errors.ts';
import type { Peer } from '../contract/link.ts';
import { ProtocolError } from '../protocol/error.ts';
import { FRAME } from '../protocol/frame.ts';
import { decodeGoaway, type Goaway } from '../protocol/goaway.ts';
import { commonVersion, decodeHello, encodeHello, FEATURE, type Hello, PROTOCOL_VERSION } from '../protocol/hello.ts';
import { decodeProof, encodeProof, type Proof, proofMessage, type Transcript } from '../protocol/proof.ts';
import { decodeWelcome, encodeWelcome, type Welcome } from '../protocol/welcome.ts';
import { helloWindowBytes } from './credit.ts';
import type { FrameSink } from './inbox.ts';
import { payloadOf } from './payload.ts';
import type { AgentClaim, SessionOptions } from './session-options.ts';

const HELLO_NONCE_BYTES = 32;

/** What the handshake asks of its session. */
export interface HandshakeHost {
  /** Sends a frame of the session. */
  say(type: number, payload: Buffer): void;
  /** Both HELLOs are there; from the next frame on what they agree on holds. */
  agreed(theirs: Hello): void;
  established(welcome: Welcome): void;
  /** One side does not accept the other. `tell`: the peer is to know. */
  refused(goaway: Goaway, tell: boolean): void;
  /** What admission brought about threw. */
  failed(error: unknown): void;
}

type State = 'hello' | 'proof' | 'admission' | 'welcome' | 'over';

export class Handshake implements FrameSink {
  readonly #options: SessionOptions;
  readonly #peer: Peer;
  readonly #host: HandshakeHost;
  readonly #ours: Hello;
  readonly #ourPayload: Buffer;
  #theirs: Hello | undefined;
  #transcript: Transcript | undefined;
  #state: State = 'hello';

  constructor(options: SessionOptions, peer: Peer, host: HandshakeHost) {
    this.#options = options;
    this.#peer = peer;
    this.#host = host;
    const { role, limits, crypto, key, software, run, crc32 } = options;
    this.#ours = {
      minVersion: PROTOCOL_VERSION,
      maxVersion: PROTOCOL_VERSION,
      features: FEATURE.datagram | (crc32 === undefined ? 0 : FEATURE.crc),
      nonce: crypto.random(HELLO_NONCE_BYTES),
      publicKey: key.publicKey,
      frameBytesMax: limits.frameBytes,
      streamWindowBytes: helloWindowBytes(role, limits),
      streamsMax: limits.sessionStreams,
      exporterBound: peer.exporter !== undefined,
      software,
      run,
    };
    this.#ourPayload = payloadOf(encodeHello, this.#ours, limits.linkUnauthenticatedBytes);
  }

  /** Says HELLO. */
  begin(): void {
    this.#host.say(FRAME.HELLO, this.#ourPayload);
  }

  /** Throws ProtocolError for what is not due. */
  frame(type: number, _stream: number, bytes: Buffer, at: number, length: number): void {
    if (type === FRAME.GOAWAY) {
      this.#state = 'over';
      this.#host.refused(decodeGoaway(bytes, at, length), false);
    } else if (type === FRAME.HELLO && this.#state === 'hello') {
      this.#hello(bytes, at, length);
    } else if (type === FRAME.PROOF && this.#state === 'proof') {
      const proof = decodeProof(bytes, at, length);
      if (this.#options.role === 'agent') this.#gatewayProof(proof);
      else this.#agentProof(proof);
    } else if (type === FRAME.WELCOME && this.#state === 'welcome') {
      this.#state = 'over';
      this.#host.established(decodeWelcome(bytes, at, length));
    } else {
      throw new ProtocolError('order', `frame type ${type} before admission`);
    }
  }

  dataBegins(): void {
    throw new ProtocolError('order', 'data before admission');
  }

  data(): void {}

  /** Nothing comes of it any more; a verdict still under way is passed over. */
  stop(): void {
    this.#state = 'over';
  }

  #hello(bytes: Buffer, at: number, length: number): void {
    const theirs = decodeHello(bytes, at, length);
    const theirPayload = Buffer.from(bytes.subarray(at, at + length));
    const [agentHello, gatewayHello] =
      this.#options.role === 'agent' ? [this.#ourPayload, theirPayload] : [theirPayload, this.#ourPayload];
    const bound = this.#ours.exporterBound && theirs.exporterBound;
    this.#transcript = { agentHello, gatewayHello, exporter: bound ? this.#peer.exporter : undefined };
    this.#theirs = theirs;
    this.#state = 'proof';
    this.#host.agreed(theirs);
    if (commonVersion(this.#ours, theirs) === undefined) {
      const range = `versions ${theirs.minVersion} to ${theirs.maxVersion}, not ${PROTOCOL_VERSION}`;
      this.#refuse('TK-1003', `The peer speaks ${range}.`);
    } else if (this.#options.role === 'gateway') {
      this.#prove({ signature: this.#options.key.sign(this.#message('gateway')) });
    }
  }

  #gatewayProof({ signature }: Proof): void {
    const { crypto, events } = this.#options;
    const { publicKey } = this.#theirs!;
    if (!crypto.verify(publicKey, this.#message('gateway'), signature)) {
      this.#refuse('TK-1002', 'The gateway did not prove that it holds its key on this connection.');
      return;
    }
    const bound = this.#transcript!.exporter !== undefined;
    const refusal = events.checkGateway?.({ publicKey, peer: this.#peer, bound });
    if (this.#state === 'over') return;
    if (refusal !== undefined) {
      this.#refuse(refusal, 'The agent does not accept the key of this gateway.');
      return;
    }
    this.#proveAgent();
    this.#state = 'welcome';
  }

  #proveAgent(): void {
    const { key, token } = this.#options;
    const signature = key.sign(this.#message('agent'));
    this.#prove(
      token === undefined
        ? { signature }
        : { signature, tokenKey: token.publicKey, tokenSignature: token.sign(this.#message('token')) },
    );
  }

  #agentProof({ signature, tokenKey, tokenSignature }: Proof): void {
    const { crypto } = this.#options;
    const { publicKey, software, run } = this.#theirs!;
    if (!crypto.verify(publicKey, this.#message('agent'), signature)) {
      this.#refuse('TK-4009', 'The agent did not prove that it holds its key on this connection.');
    } else if (tokenKey === undefined || tokenSignature === undefined) {
      this.#refuse('TK-1001', 'The agent showed no token.');
    } else if (!crypto.verify(tokenKey, this.#message('token'), tokenSignature)) {
      this.#refuse('TK-1001', 'The agent did not prove that it holds the token.');
    } else {
      this.#state = 'admission';
      this.#admit({ agentKey: publicKey, tokenKey, peer: this.#peer, software, run }).catch((error) =>
        this.#host.failed(error),
      );
    }
  }

  async #admit(claim: AgentClaim): Promise<void> {
    let verdict: Welcome | Goaway;
    let welcome: Buffer | undefined;
    try {
      verdict = (await this.#options.events.admit?.(claim)) ?? refusal('TK-1001', 'Nobody is admitted here.');
      if (!('code' in verdict)) {
        welcome = payloadOf(encodeWelcome, verdict, this.#options.limits.controlFrameBytes);
      }
    } catch (error) {
      this.#options.turns.defect(error);
      // The agent is told to come back.
      verdict = { code: 'TK-9001', permanent: false, comeBackInMs: 0, seen: 'The gateway could not decide.' };
    }
    if (this.#state !== 'admission') return;
    this.#state = 'over';
    if ('code' in verdict) {
      this.#host.refused(verdict, true);
    } else if (welcome !== undefined) {
      this.#host.say(FRAME.WELCOME, welcome);
      this.#host.established(verdict);
    }
  }

  #prove(proof: Proof): void {
    this.#host.say(FRAME.PROOF, payloadOf(encodeProof, proof, this.#options.limits.linkUnauthenticatedBytes));
  }

  #message(role: 'gateway' | 'agent' | 'token'): Buffer {
    return proofMessage(role, this.#transcript!, this.#options.crypto.sha256);
  }

  #refuse(code: ErrorCode, seen: string): void {
    this.#state = 'over';
    this.#host.refused(refusal(code, seen), true);
  }
}

function refusal(code: ErrorCode, seen: string): Goaway {
  return { code, permanent: true, comeBackInMs: 0, seen };
}
