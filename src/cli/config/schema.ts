// The configuration's one schema: the words are those of the command line's options. Below the edge nothing has a default.
// In `zod/mini` and not `zod`, which would be an eighth of an agent's memory.
import * as z from 'zod/mini';
import english from 'zod/v4/locales/en.js';
import { PROXY_VERSIONS } from '../../proxy-protocol/header.ts';
import { isExposureName } from '../../router/names.ts';
import { Networks } from '../../router/networks.ts';

const NO_PORT = 'is no port (1 to 65535)';
const NO_SECONDS = 'is no number of seconds (more than 0, at most 86400)';
z.config(english());

const port = z.int(NO_PORT).check(z.minimum(1, NO_PORT), z.maximum(65_535, NO_PORT));
const seconds = z.number(NO_SECONDS).check(z.positive(NO_SECONDS), z.maximum(86_400, NO_SECONDS));
const word = z.string().check(z.minLength(1, 'is empty'), z.maxLength(1_024, 'is too long'));
const name = word.check(
  z.refine(isExposureName, { error: ({ input }) => `"${input}" is no name: 1 to 63 of a-z, 0-9 and inner hyphens` }),
);
const network = word.check(
  z.refine(isNetwork, { error: ({ input }) => `"${input}" is neither an address nor a network (203.0.113.0/24)` }),
);
const place = z.union([word, z.pipe(port, z.transform(String))]);

function isNetwork(text: string): boolean {
  try {
    return new Networks([text]).size > 0;
  } catch {
    return false;
  }
}

export const exposureSchema = z.strictObject({
  target: place,
  name: z.optional(name),
  port: z.optional(port),
  auth: z.optional(z.string().check(z.regex(/^[^:]+:.+$/, 'it is given as user:pass'))),
  'allow-ip': z.optional(z.array(network).check(z.maxLength(256))),
  'host-header': z.optional(word),
  'send-proxy-protocol': z.optional(z.enum(PROXY_VERSIONS)),
  'origin-timeout': z.optional(seconds),
  hidden: z.optional(z.boolean()),
  'take-over': z.optional(z.boolean()),
  pool: z.optional(z.boolean()),
});

export const serveSchema = z.strictObject({
  domain: z.optional(word),
  cert: z.optional(word),
  key: z.optional(word),
  acme: z.optional(z.literal('off')),
  'acme-email': z.optional(word),
  'acme-directory': z.optional(word),
  'public-host': z.optional(word),
  http: z.optional(place),
  https: z.optional(place),
  agents: z.optional(place),
  admin: z.optional(place),
  'tcp-ports': z.optional(word),
  'trusted-proxy': z.optional(z.array(word).check(z.maxLength(256))),
  'proxy-protocol-from': z.optional(z.array(word).check(z.maxLength(256))),
  insecure: z.optional(z.boolean()),
  'drain-spread': z.optional(z.number().check(z.minimum(0), z.maximum(3_600))),
  'memory-limit': z.optional(word),
  'data-dir': z.optional(word),
});

export const configSchema = z.strictObject({
  gateway: z.optional(word),
  'token-file': z.optional(word),
  transport: z.optional(z.enum(['auto', 'tls', 'ws', 'tcp'])),
  insecure: z.optional(z.boolean()),
  exposures: z.optional(z.array(exposureSchema).check(z.maxLength(256))),
  serve: z.optional(serveSchema),
});

export type Config = z.output<typeof configSchema>;
export type ExposureConfig = z.output<typeof exposureSchema>;
export type ServeConfig = z.output<typeof serveSchema>;
