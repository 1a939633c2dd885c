// How many files this process may have open; its children may as many.

/** Infinity where there is no bound or it cannot be told. */
export function filesMax(): number {
  const report = process.report.getReport() as { userLimits?: { open_files?: { soft: number | string } } };
  const soft = Number(report.userLimits?.open_files?.soft);
  return Number.isNaN(soft) ? Number.POSITIVE_INFINITY : soft;
}
