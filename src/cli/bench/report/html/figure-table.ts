// All figures as a table; on a phone each row becomes a card, and the roles keep it a table for those who listen to it.
import type { Path } from '../../report-types.ts';
import { cellOf, cellsOf, type FigureCells, pathsOf } from '../cells.ts';
import type { FigureFinding } from '../findings.ts';
import { html, label, type Markup } from './markup.ts';
import { PATH_LABEL } from './path-label.ts';

function pathCell(cells: FigureCells, path: Path): Markup {
  const cell = cellOf(cells, path);
  const name = PATH_LABEL[path];
  if (!cell) return html`<td role="cell" class="none" data-head="${name}">–</td>`;
  const { value, ratio, interval } = cell;
  const compared = ratio === '' ? '' : html`<small><b>${ratio}</b> × direct${interval && ` (${interval})`}</small>`;
  return html`<td role="cell" data-head="${name}"><span>${value} <span class="unit">${cells.unit}</span></span> ${compared}</td>`;
}

function figureRow(cells: FigureCells, paths: readonly Path[]): Markup {
  const { figure } = cells;
  return html`<tr role="row"><th role="rowheader" scope="row">${label(figure)} <small>${figure.better} is better</small></th>
${paths.map((path) => pathCell(cells, path))}</tr>`;
}

export function figureTable(figures: readonly FigureFinding[]): readonly Markup[] {
  const shown = figures.filter(({ paths }) => paths.length > 0);
  if (shown.length === 0) return [];
  const paths = pathsOf(shown);
  const heads = ['Figure', ...paths.map((path) => PATH_LABEL[path])];
  const columns = heads.map((head) => html`<th role="columnheader" scope="col">${head}</th>`);
  return [
    html`<table role="table"><thead role="rowgroup"><tr role="row">${columns}</tr></thead>
<tbody role="rowgroup">${shown.map(cellsOf).map((cells) => figureRow(cells, paths))}</tbody></table>`,
  ];
}
