// The configuration's one schema: the words are those of the command line's options. Below the edge nothing has a default.
import { z } from 'zod';
import { isExposureName } from '../../router/names.ts';
import { Networks } from '../../router/networks.ts';

const NO_PORT = 'is no port (1 to 65535)';
const NO_SECONDS = 'is no number of seconds (more than 0, at most 86400)';
const port = z.number(NO_PORT).int(NO_PORT).min(1, NO_PORT).max(65_535, NO_PORT);
const seconds = z.number(NO_SECONDS).positive(NO_SECONDS).max(86_400, NO_SECONDS);
const word = z.string().min(1, 'is empty').max(1_024, 'is too long');
const name = word.refine(isExposureName, {
  error: ({ input }) => `"${input}" is no name: 1 to 63 of a-z, 0-9 and inner hyphens`,
});
const network = word.refine(isNetwork, {
  error: ({ input }) => `"${input}" is neither an address nor a network (203.0.113.0/24)`,
});

function isNetwork(text: string): boolean {
  try {
    return new Networks([text]).size > 0;
  } catch {
    return false;
  }
}

export const exposureSchema = z.strictObject({
  target: z.union([word, port.transform(String)]),
  name: name.optional(),
  port: port.optional(),
  auth: z
    .string()
    .regex(/^[^:]+:.+$/, 'is not user:pass')
    .optional(),
  'allow-ip': z.array(network).max(256).optional(),
  'host-header': word.optional(),
  'origin-timeout': seconds.optional(),
  hidden: z.boolean().optional(),
  'take-over': z.boolean().optional(),
});

export const serveSchema = z.strictObject({
  domain: word.optional(),
  cert: word.optional(),
  key: word.optional(),
  acme: z.literal('off').optional(),
  'acme-email': word.optional(),
  'acme-directory': word.optional(),
  'public-host': word.optional(),
  http: z.union([word, port.transform(String)]).optional(),
  https: z.union([word, port.transform(String)]).optional(),
  agents: z.union([word, port.transform(String)]).optional(),
  admin: z.union([word, port.transform(String)]).optional(),
  'tcp-ports': word.optional(),
  'trusted-proxy': z.array(word).max(256).optional(),
  insecure: z.boolean().optional(),
  'drain-spread': z.number().min(0).max(3_600).optional(),
  'data-dir': word.optional(),
});

export const configSchema = z.strictObject({
  gateway: word.optional(),
  'token-file': word.optional(),
  transport: z.enum(['auto', 'tls', 'ws', 'tcp']).optional(),
  insecure: z.boolean().optional(),
  exposures: z.array(exposureSchema).max(256).optional(),
  serve: serveSchema.optional(),
});

export type Config = z.output<typeof configSchema>;
export type ExposureConfig = z.output<typeof exposureSchema>;
export type ServeConfig = z.output<typeof serveSchema>;
