// The configuration's one schema: the words are those of the command line's options. Below the edge nothing has a default.
import { z } from 'zod';

const port = z.number().int().min(1).max(65_535);
const seconds = z.number().positive().max(86_400);
const word = z.string().min(1).max(1_024);

export const exposureSchema = z.strictObject({
  target: z.union([word, port.transform(String)]),
  name: word.optional(),
  port: port.optional(),
  auth: z
    .string()
    .regex(/^[^:]+:.+$/, 'is not user:pass')
    .optional(),
  'allow-ip': z.array(word).max(256).optional(),
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
