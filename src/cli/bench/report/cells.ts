// A figure as texts that stand beside each other: one unit, one number a path, one ratio a tunnel. For the table of every output.
import type { Path } from '../report-types.ts';
import { type FigureFinding, type PathFinding, pathOf } from './findings.ts';
import { ratioText, type Scale, scaleFor } from './quantity.ts';
import { ratioRange } from './words.ts';

export interface PathCells {
  readonly path: Path;
  readonly value: string;
  /** '' without a direct path. */
  readonly ratio: string;
  /** '' without a ratio, and for a single round. */
  readonly interval: string;
}

export interface FigureCells {
  readonly figure: FigureFinding;
  readonly unit: string;
  readonly paths: readonly PathCells[];
}

function pathCells({ path, median, ratio }: PathFinding, scale: Scale): PathCells {
  return {
    path,
    value: scale.text(median),
    ratio: ratio ? ratioText(ratio.median) : '',
    interval: ratio && ratio.confidence > 0 ? ratioRange(ratio) : '',
  };
}

export function cellsOf(figure: FigureFinding): FigureCells {
  const medians = figure.paths.map(({ median }) => median);
  const scale = scaleFor(figure.unit, medians);
  return { figure, unit: scale.unit, paths: figure.paths.map((finding) => pathCells(finding, scale)) };
}

export const cellOf = (cells: FigureCells, path: Path): PathCells | undefined =>
  cells.paths.find((cell) => cell.path === path);

/** The paths that at least one figure has, in the order of reading. */
export const pathsOf = (figures: readonly FigureFinding[]): readonly Path[] =>
  (['direct', 'tls', 'plain'] as const).filter((path) => figures.some((figure) => pathOf(figure, path)));
