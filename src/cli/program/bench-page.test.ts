// The page of a bench report in a real browser: fits, asks for nothing, and obeys no name from a machine.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseBaseline } from '../bench/report/baseline-file.ts';
import { htmlPage } from '../bench/report/html/page.ts';
import { json } from '../bench/report/json.ts';
import { reportOf } from '../bench/report/report.ts';
import { around, figure, measured, TYPICAL } from '../bench/report/samples.testkit.ts';
import { parseThreshold } from '../bench/report/threshold.ts';

const HOSTILE = `<img src=http://example.test/x onerror=alert(1)>"'<script>document.title='taken'</script>${'x'.repeat(300)}`;

/** Everything a report can hold, with hostile names wherever a machine or a file has a say. */
function everything(): string {
  const before = parseBaseline(json(reportOf(TYPICAL, { thresholds: [] })), `${HOSTILE}.json`);
  const slower = figure('http.c64', { direct: around(137_000), tls: around(40_000) }, { title: 'keep-alive requests' });
  const run = measured([slower, ...TYPICAL.figures.slice(1)], {
    cpu: HOSTILE,
    origin: HOSTILE,
    command: HOSTILE,
    cores: 2,
    loadBefore: 3,
  });
  const thresholds = ['http.c64.ratio>0.9', 'pingpong<1s'].map((one) => parseThreshold(one, TYPICAL.figures));
  return htmlPage(
    reportOf({ ...run, failures: [{ scenario: 'udp', why: HOSTILE }] }, { thresholds, baseline: before }),
  );
}

const directory = mkdtempSync(join(tmpdir(), 'tunnelkit-page-'));
const file = join(directory, 'report.html');
let browser: Browser;

beforeAll(async () => {
  writeFileSync(file, everything());
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
});
afterAll(async () => {
  await browser?.close();
  rmSync(directory, { recursive: true });
});

async function opened(
  width: number,
  colorScheme: 'light' | 'dark',
): Promise<{ page: Page; asked: string[]; said: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme });
  const asked: string[] = [];
  const said: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('console', (message) => said.push(message.text()));
  page.on('pageerror', (error) => said.push(error.message));
  page.on('dialog', (dialog) => said.push(dialog.message()));
  await page.goto(`file://${file}`);
  return { page, asked, said };
}

/** The lowest contrast (WCAG 2.2, 1.4.3) of text on its background; the page has plain colours only. */
const LEAST_CONTRAST = `(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (colour) => { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const light = (colour) => rgb(colour).slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)).reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  const behind = (element) => { const { backgroundColor } = getComputedStyle(element); return backgroundColor === 'rgba(0, 0, 0, 0)' && element.parentElement ? behind(element.parentElement) : backgroundColor; };
  const worded = [...document.querySelectorAll('body *')].filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
  return Math.min(...worded.map((element) => {
    const style = getComputedStyle(element);
    const [a, b] = [light(element instanceof SVGElement ? style.fill : style.color), light(behind(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }));
})()`;

describe.each([
  [1280, 'light'],
  [1280, 'dark'],
  [400, 'light'],
  [400, 'dark'],
  [320, 'dark'],
] as const)('at %i pixels, %s', (width, scheme) => {
  it('fits, can be read, and asks the network for nothing', async () => {
    const { page, asked, said } = await opened(width, scheme);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    expect(await page.evaluate(LEAST_CONTRAST)).toBeGreaterThanOrEqual(4.5);
    expect(asked).toEqual([`file://${file}`]);
    expect(said).toEqual([]);
    await page.close();
  });
});

describe('in the tree of a browser', () => {
  it('names from the machine are words', async () => {
    const { page } = await opened(1280, 'light');
    expect(await page.title()).toBe('Keep-alive requests: 29% of direct over TLS – tunnelkit bench');
    expect(await page.evaluate('document.querySelectorAll("img,script").length')).toBe(0);
    expect(await page.getByText('<img src=http://example.test/x').count()).toBeGreaterThan(3);
    await page.close();
  });

  it.each([1280, 400])(
    'at %i pixels the figures are a table with heads for rows and columns, and sections have names',
    async (width) => {
      const { page } = await opened(width, 'light');
      const table = page.getByRole('table');
      expect(await table.getByRole('columnheader').allTextContents()).toEqual(['Figure', 'direct', 'TLS', 'plain']);
      expect(await table.getByRole('rowheader').count()).toBe(TYPICAL.figures.length);
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
      for (const name of ['Thresholds', 'Compared with the baseline', 'How far to trust this run', 'All figures'])
        expect(await page.getByRole('region', { name }).count()).toBe(1);
      await page.close();
    },
  );
});
