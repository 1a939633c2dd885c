// tunnelkit(5): the configuration file, from its schema; what a key means is what the option of the same name means.
import * as z from 'zod/mini';
import { connect } from '../commands/connect.ts';
import { expose } from '../commands/expose.ts';
import { FILES } from '../commands/files.ts';
import type { OptionRow } from '../commands/row.ts';
import { serve } from '../commands/serve.ts';
import { configSchema, exposureSchema, serveSchema } from '../config/schema.ts';
import { fileTerms, sentence } from './command-page.ts';
import { copied, page, paragraphs, prose, references, replaced, section, subsection, termList, typed } from './roff.ts';

const ABOUT = `One file may hold what \`tunnelkit serve\` runs with, under "serve", and what \`tunnelkit connect\` publishes, under
"exposures". Its keys are the words of the command line. It is YAML, TOML or JSON, by its ending; a key that is not known is an
error, which names file, line, column and the nearest key that is.

A flag counts more than its environment variable, that more than the file. \`tunnelkit config show --origin\` says what counts, and who
said so. \`tunnelkit connect\` reads the file again at SIGHUP and touches only the exposures that changed; a file that is wrong changes nothing.`;

/** Of keys that no option explains. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  target:
    'What to publish: 3000, host:port, http://…, https://…, tcp://host:port, udp://host:port, unix:/path or a directory. Paths are seen from the directory of the file.',
  exposures: 'What `tunnelkit connect` publishes; see below.',
  serve: 'What `tunnelkit serve` runs with; see below.',
};

interface JsonType {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly const?: string;
  readonly anyOf?: readonly JsonType[];
  readonly items?: JsonType;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

const WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  integer: 'whole number',
  object: 'keys',
};

/** `text`, `whole number, 1 to 65535`, `list of text`. */
function typeWords(type: JsonType): string {
  if (type.anyOf) return type.anyOf.map(typeWords).join(' or ');
  if (type.const !== undefined) return type.const;
  if (type.enum) return type.enum.join(', ');
  if (type.type === 'array') return type.items?.type === 'object' ? 'list' : `list of ${typeWords(type.items ?? {})}`;
  const least =
    type.minimum ?? (type.exclusiveMinimum === undefined ? undefined : `more than ${type.exclusiveMinimum}`);
  const bounds = type.maximum === undefined ? '' : `, ${least} to ${type.maximum}`;
  return `${WORDS[type.type ?? ''] ?? type.type}${bounds}`;
}

function explained(key: string, options: readonly OptionRow[]): string {
  const option = options.find(({ name }) => name === key);
  const text = OWN_WORDS[key] ?? option?.summary;
  if (text === undefined) throw new Error(`nothing explains the key "${key}"`);
  const whole = sentence(text);
  return option?.default === undefined ? whole : `${whole} Default: ${option.default}.`;
}

function keyList(schema: z.ZodMiniType, options: readonly OptionRow[]): string {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as {
    properties?: Record<string, JsonType>;
    required?: readonly string[];
  };
  const terms = Object.entries(properties).map(([key, type]): readonly [string, string] => [
    `${typed(key)} \\(em ${replaced(typeWords(type))}${required.includes(key) ? ' (needed)' : ''}`,
    explained(key, options),
  ]);
  return termList(terms);
}

const AGENT = `gateway: vps
exposures:
  - target: 3000
    name: app
  - target: tcp://localhost:5432
    port: 20005
    allow-ip: [203.0.113.0/24]
  - target: ./public
    name: docs
    auth: ann:secret`;

const GATEWAY = `[serve]
domain = "example.com"
cert = "/etc/ssl/example.com.pem"
key = "/etc/ssl/example.com.key"
tcp-ports = "20000-20099"`;

export const configExamples = [
  ['Three exposures, in YAML', 'tunnelkit.yaml', AGENT],
  ['A gateway, in TOML', 'tunnelkit.toml', GATEWAY],
] as const;

export function configPage(version: string): string {
  const top = [...connect.options, ...expose.options];
  return page({ name: 'tunnelkit', chapter: 5, version, summary: 'configuration file of TunnelKit' }, [
    section('Synopsis', typed('tunnelkit.yaml'), typed('tunnelkit.toml'), typed('tunnelkit.json')),
    section('Description', paragraphs(ABOUT)),
    section(
      'Keys',
      subsection('Of the file', keyList(configSchema, top)),
      subsection('Of each of the exposures', keyList(exposureSchema, expose.options)),
      subsection('Under serve', keyList(serveSchema, serve.options)),
    ),
    section('Files', termList(fileTerms(FILES.slice(0, 1)))),
    section('Examples', ...configExamples.flatMap(([does, , text]) => ['.PP', prose(`${does}:`), copied(text)])),
    section(
      'See also',
      references([
        ['tunnelkit', 1],
        ['tunnelkit-connect', 1],
        ['tunnelkit-serve', 1],
        ['tunnelkit-config', 1],
      ]),
    ),
  ]);
}
