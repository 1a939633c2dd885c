// The first SIGINT or SIGTERM asks to finish, the second forces: 130 or 143.
const FORCED = { SIGINT: 130, SIGTERM: 143 } as const;

const HOUR_MS = 3_600_000;

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
  // Nothing else does while an agent pauses between two attempts: the clock's timers keep no process alive.
  const alive = setInterval(() => {}, HOUR_MS);
  const release = () => {
    clearInterval(alive);
    process.off('SIGINT', hear).off('SIGTERM', hear);
  };
  return { asked: promise, release };
}
