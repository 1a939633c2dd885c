// One visitor's connection: bytes come in a buffer of its own, without a stream's queue in between. Any error is told once, to the crew.
import { connect, type Socket } from 'node:net';
import type { At } from './orders.ts';

export interface Ear {
  /** Bytes 0 up to `end`. What it throws ends the crew's work. */
  heard(from: Buffer, end: number): void;
  /** The other side is done. */
  ended(): void;
}

export class Line {
  readonly opened: Promise<void>;
  /** Resolves when the connection is over on both sides. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;

  constructor(at: At, bufferBytes: number, ear: Ear, fail: (error: Error) => void) {
    const buffer = Buffer.allocUnsafeSlow(bufferBytes);
    const callback = (bytes: number) => {
      try {
        ear.heard(buffer, bytes);
      } catch (error) {
        fail(error as Error);
      }
      return true;
    };
    this.#socket = connect({ ...at, noDelay: true, onread: { buffer, callback } });
    this.#socket.on('error', fail).on('end', () => ear.ended());
    this.opened = new Promise((resolve) => this.#socket.once('connect', () => resolve()));
    this.closed = new Promise((resolve) => this.#socket.once('close', () => resolve()));
  }

  write(bytes: Buffer, taken?: () => void): void {
    this.#socket.write(bytes, taken);
  }

  end(): void {
    this.#socket.end();
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
