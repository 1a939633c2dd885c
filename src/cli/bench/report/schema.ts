// The shape of the report's JSON: the one place the published JSON Schema, and the check of a baseline, are made from.
import { z } from 'zod';
import type { Report } from './report.ts';

/** Counts up when a reader of the old shape would misread the new one; added fields do not count. */
export const REPORT_VERSION = 1;
export const SCHEMA_ID = `urn:tunnelkit:bench-report:${REPORT_VERSION}` as const;

/** What the file holds: the report behind the name and the version of its shape. */
export interface ReportDocument extends Report {
  readonly $schema: typeof SCHEMA_ID;
  readonly v: typeof REPORT_VERSION;
}

const path = z.enum(['direct', 'tls', 'plain']).describe('no tunnel, a tunnel over TLS, a tunnel over plain TCP');
const median = z.number();
const low = z.number().describe('lower end of the interval of the median');
const high = z.number().describe('upper end of the interval of the median');

const estimate = z
  .object({
    samples: z.array(z.number()).readonly().describe('one number of each round, in the order of the rounds'),
    median,
    low,
    high,
    confidence: z
      .number()
      .min(0)
      .max(1)
      .describe('how often such an interval holds the true median; exact for this many rounds'),
  })
  .describe('a median with its interval between two order statistics');

const ratio = estimate.nullable().describe('tunnel / direct, taken round by round; null without a direct path');
const bare = z.object({ median, low, high });

const surroundings = z.object({
  startedAt: z.iso.datetime({ offset: true }),
  command: z.string().describe('measures the same again'),
  tunnelkit: z.string(),
  node: z.string(),
  platform: z.string(),
  cpu: z.string(),
  cores: z.number(),
  cpuMhz: z.number().describe('0: unknown'),
  memoryBytes: z.number(),
  loadBefore: z.number().describe('load average of the last minute before the first round'),
  origin: z.string().describe('name and version of the origin server; own: the one built in'),
  runs: z.number().describe('rounds of each scenario'),
  seconds: z.number().describe('length of one measurement'),
});

const figure = z.object({
  id: z.string().describe('dotted and stable, as in http.c64.p99'),
  title: z.string(),
  unit: z.enum(['req/s', 'conn/s', 'MB/s', 'µs', 'ms', 'bytes']),
  better: z.enum(['more', 'less']),
  paths: z.array(estimate.extend({ path, ratio })).readonly(),
});

const threshold = z.object({
  expression: z.string(),
  figure: z.string(),
  path,
  statistic: z.enum(['ratio', 'median']),
  operator: z.enum(['>', '>=', '<', '<=']),
  bound: z.number().describe("in the figure's own unit, or a ratio"),
  holds: z.boolean(),
  measured: bare.nullable().describe('null: the figure could not be measured, and the threshold is missed'),
  close: z.boolean().describe('the bound lies inside the interval'),
  words: z.string(),
});

const change = z.object({
  figure: z.string(),
  path,
  before: bare,
  now: bare,
  change: z.number().describe('of what is good: -0.1 is a tenth worse, whichever way the figure counts'),
  outcome: z.enum(['improved', 'same', 'regressed', 'inconclusive']),
  words: z.string(),
});

const comparison = z.object({
  file: z.string(),
  startedAt: z.string(),
  tunnelkit: z.string(),
  differences: z.array(z.string()).readonly().describe('what makes the two runs less comparable'),
  changes: z.array(change).readonly(),
  unmatched: z.array(z.string()).readonly().describe('ratios that only one of the two runs has'),
});

const remark = z.object({
  level: z.enum(['warning', 'note']),
  about: z.enum(['spread', 'drift', 'interval', 'load', 'rounds', 'seconds', 'cores', 'clock']),
  words: z.string(),
  todo: z.string(),
});

export const reportSchema = z.object({
  $schema: z.literal(SCHEMA_ID),
  v: z.literal(REPORT_VERSION).describe('version of this shape; fields may be added without a new one'),
  surroundings,
  figures: z.array(figure).readonly(),
  failures: z.array(z.object({ scenario: z.string(), why: z.string() })).readonly(),
  remarks: z.array(remark).readonly().describe('what makes the figures doubtful, warnings first'),
  thresholds: z.array(threshold).readonly(),
  baseline: comparison.nullable().describe('null when the run was not compared with an earlier one'),
}) satisfies z.ZodType<ReportDocument>;

/** Only what a comparison needs, so that a report of a later minor version is still read. */
export const baselineSchema = z.object({
  surroundings: surroundings
    .pick({ startedAt: true, tunnelkit: true, cpu: true, cores: true, platform: true, origin: true, seconds: true })
    .extend({ startedAt: z.string() }),
  figures: z.array(
    z.object({ id: z.string(), paths: z.array(z.object({ path: z.string(), ratio: estimate.nullable() })) }),
  ),
});

/** The published schema, draft 2020-12. Unknown fields are allowed, as for every reader. */
export function jsonSchema(): Record<string, unknown> {
  const { $schema, ...rest } = z.toJSONSchema(reportSchema, {
    io: 'input',
    // `readOnly` of JSON Schema is about servers that refuse writes, not about TypeScript.
    override: ({ jsonSchema: made }) => void delete made.readOnly,
  });
  return { $schema, $id: SCHEMA_ID, title: 'Report of tunnelkit bench', ...rest };
}
