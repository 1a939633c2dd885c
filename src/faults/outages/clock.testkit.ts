// Clocks that are wrong, by Debian's libfaketime: what a process believes to be the time is changed, and how fast it passes stays true.
import { existsSync, writeFileSync } from 'node:fs';

const LIBRARIES = ['x86_64', 'aarch64'].map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`);

function withLibrary(how: Readonly<Record<string, string>>): Record<string, string> {
  const library = LIBRARIES.find((path) => existsSync(path));
  if (library === undefined) throw new Error('libfaketime is not installed');
  return { LD_PRELOAD: library, FAKETIME_DONT_FAKE_MONOTONIC: '1', ...how };
}

const offset = (minutes: number): string => `${minutes < 0 ? '-' : '+'}${Math.abs(minutes)}m`;

/** The environment of a program whose clock is wrong by so many minutes. */
export const wrongBy = (minutes: number): Record<string, string> => withLibrary({ FAKETIME: offset(minutes) });

/** A clock that can be set while the programs run that go by it. */
export class SetClock {
  readonly env: Record<string, string>;
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
    this.env = withLibrary({ FAKETIME_TIMESTAMP_FILE: path, FAKETIME_NO_CACHE: '1' });
    this.set(0);
  }

  set(minutes: number): void {
    writeFileSync(this.#path, offset(minutes));
  }
}
