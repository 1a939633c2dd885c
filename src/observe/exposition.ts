// Families of figures as Prometheus reads them. Loaded at the first scrape: a program that nobody scrapes does not pay for it.
import { Counter, Gauge, Registry } from 'prom-client';

/** A number, or one for each value of the family's label. */
export type Sample = () => number | Readonly<Record<string, number>>;

export interface Family {
  readonly kind: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  readonly sample: Sample;
  readonly label: string | undefined;
}

export interface Exposition {
  readonly text: string;
  readonly contentType: string;
}

/** The function that writes all families down as they are when it is called. */
export function expositionOf(families: readonly Family[]): () => Promise<Exposition> {
  const registry = new Registry();
  for (const family of families) register(registry, family);
  return async () => ({ text: await registry.metrics(), contentType: registry.contentType });
}

/** The metric has no state of its own: each scrape sets it to what the program has counted. */
function register(registry: Registry, { kind, name, help, sample, label }: Family): void {
  const options = { name, help, labelNames: label === undefined ? [] : [label], registers: [registry] };
  const each = (take: (labels: Record<string, string>, value: number) => void) => {
    const value = sample();
    if (typeof value === 'number') return take({}, value);
    for (const [key, count] of Object.entries(value)) take({ [label ?? '']: key }, count);
  };
  if (kind === 'gauge') {
    const metric: Gauge = new Gauge({ ...options, collect: () => each((labels, value) => metric.set(labels, value)) });
  } else {
    const collect = () => {
      metric.reset();
      each((labels, value) => metric.inc(labels, value));
    };
    const metric: Counter = new Counter({ ...options, collect });
  }
}
