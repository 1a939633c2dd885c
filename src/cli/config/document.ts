// A configuration file as a value, together with where in the file each part of it stands.
import { parse as parseToml, TomlError } from 'smol-toml';
import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument, visit, type YAMLMap } from 'yaml';

export type Path = readonly PropertyKey[];
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface Document {
  readonly value: unknown;
  /** Where the part at `path` stands; where a key is unknown to the file, its nearest parent. */
  locate(path: Path): Place;
}

/** The file's syntax is broken: at `place`, for `reason`. */
export class SyntaxFault extends Error {
  readonly place: Place;
  constructor(reason: string, place: Place) {
    super(reason);
    this.place = place;
  }
}

/** The library's own look at this compares each key with each: minutes, for a file of a megabyte. */
function mustBeUnique(map: YAMLMap<unknown, unknown>, placeAt: (offset: number) => Place): void {
  const seen = new Set<unknown>();
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) throw new SyntaxFault('Map keys must be unique', placeAt(key.range?.[0] ?? 0));
    seen.add(key.value);
  }
}

/** What the library says of a value in a value in a value, some hundreds of times. */
const TOO_DEEP = /call stack/;

/** So that a small file cannot become a large value. */
const ALIASES_MAX = 100;

/** YAML, and JSON, which is YAML too. */
function readYaml(text: string): Document {
  const lines = new LineCounter();
  // The library's own warnings would repeat parts of the file, secrets among them, past whoever takes those out.
  const options = { lineCounter: lines, prettyErrors: false, uniqueKeys: false, logLevel: 'error' } as const;
  const document = parseDocument(text, options);
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  // A tag that is not known is a warning to the library; here it is nothing that a configuration has.
  const [error] = [...document.errors, ...document.warnings];
  if (error)
    throw new SyntaxFault(TOO_DEEP.test(error.message) ? 'nested too deep' : error.message, placeAt(error.pos[0]));
  visit(document, { Map: (_, map) => mustBeUnique(map, placeAt) });
  const locate = (path: Path): Place => {
    const parent = path.length > 1 ? document.getIn(path.slice(0, -1), true) : document.contents;
    const key = path.at(-1);
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && String(item.key) === String(key))
      : undefined;
    const node = (pair?.key ?? document.getIn([...path], true) ?? parent) as Node | undefined;
    if (node?.range) return placeAt(node.range[0]);
    return path.length > 0 ? locate(path.slice(0, -1)) : { line: 1, column: 1 };
  };
  try {
    return { value: document.toJS({ maxAliasCount: ALIASES_MAX }), locate };
  } catch (cause) {
    // An alias of nothing, of itself, or of more than a file may come to.
    throw new SyntaxFault((cause as Error).message, { line: 1, column: 1 });
  }
}

/** Finds a key's line by following the `[table]` and `[[array]]` heads: the TOML library tells no positions. */
function locateToml(text: string, path: Path): Place {
  let table: PropertyKey[] = [];
  const seen = new Map<string, number>();
  let best: Place = { line: 1, column: 1 };
  let bestDepth = 0;
  for (const [index, line] of text.split('\n').entries()) {
    const head = /^\s*(\[\[?)\s*([^\]]+?)\s*\]/.exec(line);
    const key = /^(\s*)["']?([A-Za-z0-9_-]+)["']?\s*=/.exec(line);
    if (head) {
      table = head[2]!.split('.').map((part) => part.trim().replaceAll(/^["']|["']$/g, ''));
      if (head[1] === '[[') {
        const count = seen.get(head[2]!) ?? 0;
        seen.set(head[2]!, count + 1);
        table.push(count);
      }
    }
    const here = key ? [...table, key[2]!] : head ? table : [];
    const matches = here.length > bestDepth && here.every((part, at) => String(part) === String(path[at]));
    if (matches) {
      best = { line: index + 1, column: (key?.[1]?.length ?? 0) + 1 };
      bestDepth = here.length;
    }
  }
  return best;
}

function readToml(text: string): Document {
  try {
    return { value: parseToml(text), locate: (path) => locateToml(text, path) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw new SyntaxFault(error.message.split('\n')[0]!, { line: error.line, column: error.column });
  }
}

/** Reads a text by its file's ending: `.toml`, else YAML or JSON. Throws SyntaxFault. */
export function readDocument(text: string, file: string): Document {
  return file.endsWith('.toml') ? readToml(text) : readYaml(text);
}
