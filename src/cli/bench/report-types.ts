// What a bench run found: the one value that scenarios make and every output (table, JSON, HTML, Markdown, thresholds) reads. Types only.

/** How a visitor reaches the origin: without a tunnel, through one whose link is TLS, or through one whose link is plain TCP. */
export type Path = 'direct' | 'tls' | 'plain';

export type Unit = 'req/s' | 'conn/s' | 'MB/s' | 'µs' | 'ms' | 'bytes';

/** One number of every round, in the order of the rounds: the paths of one round were measured one after the other. */
export interface Series {
  readonly path: Path;
  readonly samples: readonly number[];
}

/** One figure of a scenario, measured on some paths. `id` is dotted and stable: `http.c64`, `http.c64.p99`, `bulk.down.c1`. */
export interface Figure {
  readonly id: string;
  readonly title: string;
  readonly unit: Unit;
  readonly better: 'more' | 'less';
  readonly series: readonly Series[];
}

/** The machine and the moment, so that a reader can judge the figures. */
export interface Surroundings {
  readonly startedAt: string;
  /** The command line that measures the same again: `tunnelkit bench http --runs 7`. */
  readonly command: string;
  readonly tunnelkit: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  /** As the system tells it before the first round; 0 where it does not. */
  readonly cpuMhz: number;
  readonly memoryBytes: number;
  /** Load average of the last minute before the first round. */
  readonly loadBefore: number;
  /** `nginx/1.22.1`, or `own` where there is no nginx. */
  readonly origin: string;
  readonly runs: number;
  readonly seconds: number;
}

export interface Measured {
  readonly surroundings: Surroundings;
  readonly figures: readonly Figure[];
  /** Scenarios that failed, with the error in words; a failed scenario has no figures. */
  readonly failures: readonly { readonly scenario: string; readonly why: string }[];
}
