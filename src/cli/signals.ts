// The first SIGINT or SIGTERM asks to finish, the second forces: 130 or 143.
const FORCED = { SIGINT: 130, SIGTERM: 143 } as const;

export interface StopSignal {
  /** Resolves with the first signal. */
  readonly asked: Promise<keyof typeof FORCED>;
  /** No longer listens. */
  release(): void;
}

export function stopSignal(): StopSignal {
  const { promise, resolve } = Promise.withResolvers<keyof typeof FORCED>();
  let first = true;
  const hear = (signal: keyof typeof FORCED) => {
    if (!first) process.exit(FORCED[signal]);
    first = false;
    resolve(signal);
  };
  process.on('SIGINT', hear).on('SIGTERM', hear);
  return { asked: promise, release: () => void process.off('SIGINT', hear).off('SIGTERM', hear) };
}
