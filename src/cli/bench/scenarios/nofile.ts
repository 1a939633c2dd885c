// How many files this process may have open; its children may as many.

/** What a process has open beside visitors. */
const OTHER_FILES = 100;

/** Infinity where there is no bound or it cannot be told. */
function filesMax(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
  const soft = Number(report.userLimits?.open_files?.soft);
  return Number.isNaN(soft) ? Number.POSITIVE_INFINITY : soft;
}

/** As many of `wanted` visitors as a process can have at once. Throws when that is less than `least`. */
export function visitorsAtOnce(wanted: number, least = wanted): number {
  const most = Math.min(wanted, filesMax() - OTHER_FILES);
  if (most < least)
    throw new Error(`only ${most} visitors can be open at once, and it takes ${least}: raise \`ulimit -n\``);
  return most;
}
