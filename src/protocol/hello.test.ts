import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { commonVersion, decodeHello, encodeHello, FEATURE, type Hello } from './hello.ts';
import { PROOF_LABEL, proofMessage } from './proof.ts';

const HELLO: Hello = {
  minVersion: 2,
  maxVersion: 3,
  features: FEATURE.crc,
  nonce: Buffer.alloc(32, 1),
  publicKey: Buffer.alloc(32, 2),
  frameBytesMax: 262_144,
  streamWindowBytes: 262_144,
  streamsMax: 16_384,
  exporterBound: true,
  software: 'tunnelkit 0.1.0',
  run: Buffer.alloc(16, 3),
};

describe('HELLO', () => {
  it('comes back as it went, in buffers of its own', () => {
    const arena = Buffer.alloc(512);
    const length = encodeHello(HELLO, arena, 1, 511);
    const hello = decodeHello(arena, 1, length);
    arena.fill(0);
    expect(hello).toEqual(HELLO);
  });

  it('of two versions ranges gives the highest that both have, or none', () => {
    const speaks = (minVersion: number, maxVersion: number): Hello => ({ ...HELLO, minVersion, maxVersion });
    expect(commonVersion(speaks(2, 4), speaks(3, 9))).toBe(4);
    expect(commonVersion(speaks(2, 2), speaks(2, 2))).toBe(2);
    expect(commonVersion(speaks(2, 3), speaks(4, 5))).toBeUndefined();
    expect(commonVersion(speaks(4, 5), speaks(2, 3))).toBeUndefined();
    expect(commonVersion(speaks(2, 9), speaks(6, 4))).toBeUndefined();
  });
});

describe('what a proof signs', () => {
  const sha256 = (...parts: readonly Buffer[]) => {
    const hash = createHash('sha256');
    for (const part of parts) hash.update(part);
    return hash.digest();
  };
  const agentHello = Buffer.from('agent');
  const gatewayHello = Buffer.from('gateway');

  it('is the label, the hash of both HELLOs and the exporter', () => {
    const exporter = Buffer.alloc(32, 7);
    const message = proofMessage('gateway', { agentHello, gatewayHello, exporter }, sha256);
    const digest = createHash('sha256').update('agentgateway').digest();
    expect(message).toEqual(Buffer.concat([Buffer.from('tunnelkit anpx/2 gateway'), digest, exporter]));
  });

  it('ends with the hash where no exporter binds it', () => {
    const message = proofMessage('agent', { agentHello, gatewayHello, exporter: undefined }, sha256);
    expect(message.length).toBe(PROOF_LABEL.agent.length + 32);
  });

  it('is another message for each role, HELLO and binding', () => {
    const exporter = Buffer.alloc(32, 7);
    const messages = [
      ...(['gateway', 'agent', 'token'] as const).map((role) =>
        proofMessage(role, { agentHello, gatewayHello, exporter }, sha256),
      ),
      proofMessage('agent', { agentHello, gatewayHello, exporter: undefined }, sha256),
      proofMessage('agent', { agentHello: gatewayHello, gatewayHello: agentHello, exporter }, sha256),
      proofMessage('agent', { agentHello, gatewayHello, exporter: Buffer.alloc(32, 8) }, sha256),
    ];
    expect(new Set(messages.map((message) => message.toString('hex'))).size).toBe(messages.length);
  });
});
