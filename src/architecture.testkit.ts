// Reads the source tree as data for architecture.test.ts: files, their imports, their functions' lengths.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { parseSync } from 'vite';

export const SRC = import.meta.dirname;
export const ROOT = dirname(SRC);

export interface FunctionSize {
  readonly name: string;
  readonly lines: number;
}

export interface SourceFile {
  /** Path below `src/`, with slashes. */
  readonly path: string;
  readonly room: string;
  readonly isTest: boolean;
  readonly lines: number;
  readonly text: string;
  /** Import specifiers as written; relative ones resolved to paths below `src/`. */
  readonly imports: readonly string[];
  /** The same without `import type`: what is there at run time. */
  readonly valueImports: readonly string[];
  readonly functions: readonly FunctionSize[];
}

type Node = { type: string; start: number; end: number; [key: string]: unknown };
const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

function children(node: Node): Node[] {
  const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';
  return Object.values(node).flatMap((value) =>
    Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
  );
}

function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  visit(node, parent);
  for (const child of children(node)) walk(child, visit, node);
}

function specifierOf(node: Node): string | undefined {
  const source = node.source as { value?: unknown } | null | undefined;
  return typeof source?.value === 'string' ? source.value : undefined;
}

function nameOf(node: Node, parent: Node | undefined): string {
  const named = (node.id ?? parent?.key ?? parent?.id) as { name?: string } | null | undefined;
  return named?.name ?? '(anonymous)';
}

function readSource(absolute: string): SourceFile {
  const path = relative(SRC, absolute).replaceAll('\\', '/');
  const text = readFileSync(absolute, 'utf8');
  const { program, errors } = parseSync(absolute, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message}`);
  const imports: string[] = [];
  const valueImports: string[] = [];
  const functions: FunctionSize[] = [];
  const resolve = (specifier: string) => (specifier.startsWith('.') ? join(dirname(path), specifier) : specifier);
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  walk(program as unknown as Node, (node, parent) => {
    const specifier = specifierOf(node);
    if (specifier !== undefined) {
      imports.push(resolve(specifier));
      if (node.importKind !== 'type' && node.exportKind !== 'type') valueImports.push(resolve(specifier));
    }
    if (FUNCTIONS.has(node.type))
      functions.push({ name: nameOf(node, parent), lines: lineAt(node.end) - lineAt(node.start) + 1 });
  });
  const isTest = /\.(test|suite|testkit)\.ts$/.test(path);
  const room = path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
  return { path, room, isTest, lines: text.split('\n').length - 1, text, imports, valueImports, functions };
}

export function readTree(): SourceFile[] {
  return readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .sort()
    .map((name) => readSource(join(SRC, name)));
}

/** The first cycle among run-time imports, as a path of files; undefined if there is none. */
export function findCycle(files: readonly SourceFile[]): readonly string[] | undefined {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const trail: string[] = [];
  const visit = (path: string): readonly string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return undefined;
    trail.push(path);
    for (const next of byPath.get(path)?.valueImports ?? []) {
      const cycle = byPath.has(next) ? visit(next) : undefined;
      if (cycle) return cycle;
    }
    trail.pop();
    done.add(path);
    return undefined;
  };
  for (const file of files) {
    const cycle = visit(file.path);
    if (cycle) return cycle;
  }
  return undefined;
}

/** The value below which `share` of the sorted numbers lie. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
