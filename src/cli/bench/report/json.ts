// The report as JSON.
import type { Report } from './report.ts';
import { REPORT_VERSION, type ReportDocument, SCHEMA_ID } from './schema.ts';

/** With two spaces and a line end, so that it can be read and kept in a repository. */
export function json(report: Report): string {
  const document: ReportDocument = { $schema: SCHEMA_ID, v: REPORT_VERSION, ...report };
  return `${JSON.stringify(document, null, 2)}\n`;
}
