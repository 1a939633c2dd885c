/**
 * PROOF: who holds which key. Both sides sign what both HELLOs said, nonces and keys included, and the TLS exporter where there
 * is one, so that no signature serves a second time, for another role, or through somebody in the middle.
 */
import type { Crypto } from '../contract/crypto.ts';
import { ProtocolError } from './error.ts';
import { decodeTlv, encodeTlv, type TlvTable } from './tlv.ts';
import { fixedBytes } from './tlv-value.ts';

export interface Proof {
  /** By the key of this side's HELLO: 64 bytes of Ed25519. */
  readonly signature: Buffer;
  /** The agent's: the public half of its token, and that key's signature. Both or neither. */
  readonly tokenKey?: Buffer | undefined;
  readonly tokenSignature?: Buffer | undefined;
}

export const PROOF_TABLE: TlvTable<Proof> = {
  signature: { tag: 1, value: fixedBytes(64) },
  tokenKey: { tag: 2, value: fixedBytes(32), absent: { is: undefined } },
  tokenSignature: { tag: 3, value: fixedBytes(64), absent: { is: undefined } },
};

/** Bytes written, or -1 if they do not fit or a member has not its length. */
export function encodeProof(proof: Proof, into: Buffer, at: number, max: number): number {
  return encodeTlv(PROOF_TABLE, proof, into, at, max);
}

/** Throws ProtocolError. */
export function decodeProof(from: Buffer, at: number, length: number): Proof {
  const proof = decodeTlv(PROOF_TABLE, from, at, length);
  if ((proof.tokenKey === undefined) !== (proof.tokenSignature === undefined)) {
    throw new ProtocolError('tlv', 'a token key and its signature come together');
  }
  return proof;
}

/** Whoever signs says in what capacity. */
export const PROOF_LABEL = {
  gateway: 'tunnelkit anpx/2 gateway',
  agent: 'tunnelkit anpx/2 agent',
  token: 'tunnelkit anpx/2 token',
} as const;

export interface Transcript {
  /** The payloads as they crossed the wire, so that what this side cannot read is signed too. */
  readonly agentHello: Buffer;
  readonly gatewayHello: Buffer;
  /** 32 bytes if both HELLOs say `exporterBound`, else undefined. */
  readonly exporter: Buffer | undefined;
}

/** The bytes to sign: label ‖ sha256(agent's HELLO ‖ gateway's HELLO) ‖ exporter. */
export function proofMessage(
  role: keyof typeof PROOF_LABEL,
  { agentHello, gatewayHello, exporter }: Transcript,
  sha256: Crypto['sha256'],
): Buffer {
  const parts = [Buffer.from(PROOF_LABEL[role], 'latin1'), sha256(agentHello, gatewayHello)];
  return Buffer.concat(exporter === undefined ? parts : [...parts, exporter]);
}
