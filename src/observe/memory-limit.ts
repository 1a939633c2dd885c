// How much memory a gateway may use where nobody says it.

/** Of the machine's memory: the rest is the system's, and for whoever else lives there. */
const MACHINE_SHARE = 0.75;

/** `constrained`: the limit of the container or service (cgroup); 0, or more than the machine has, where there is none. All in bytes. */
export function defaultMemoryLimit(constrained: number, machine: number): number {
  const share = Math.floor(machine * MACHINE_SHARE);
  return constrained > 0 ? Math.min(constrained, share) : share;
}
