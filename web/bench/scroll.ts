// Scrolls through a list of 10,000 customers and looks for frames that come late (design: P-14). The rows are made up
// from the first real one, so that it measures the page and not the server. A machine at work drops frames by itself:
// the same frames of a page at rest are measured right before.
import { loadavg } from 'node:os';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { enter, launch, SPEECHES } from '../browser/people';

const ROWS = 10_000;
const LATE_MS = 50;
const REST_FRAMES = 600;
const SCROLL_FRAMES = 1200;
/** A fling: 7,200 px a second where nothing is late. */
const STEP_PX = 120;

interface Frames {
  frames: number;
  longestMs: number;
  late: number;
}

it('scrolls without a late frame', async () => {
  const browser = await launch();
  try {
    const page = await enter(browser, 'admin', SPEECHES[0]);
    await makeUp(page);
    await loadEverything(page);
    const rest = await framesOf(page, 0, REST_FRAMES);
    const scrolled = await framesOf(page, STEP_PX, SCROLL_FRAMES);
    const [load = 0] = loadavg();
    const figures = { rows: ROWS, lateMs: LATE_MS, load: Number(load.toFixed(1)), rest, scrolled };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
    expect(scrolled.late).toBeLessThanOrEqual(rest.late);
  } finally {
    await browser.close();
  }
});

/** Answers the list with as many customers as are wanted. */
async function makeUp(page: Page): Promise<void> {
  const first = await page.request.get('/v1/customers', { params: { pageSize: 1 } });
  const { customers } = (await first.json()) as { customers: object[] };
  await page.route(
    ({ pathname }) => pathname === '/v1/customers',
    (route) => {
      const query = new URL(route.request().url()).searchParams;
      const start = Number(query.get('pageToken') ?? 0);
      const end = Math.min(ROWS, start + Number(query.get('pageSize')));
      const made = Array.from({ length: end - start }, (_, place) => {
        const row = start + place;
        return { ...customers[0], id: `row-${row}`, name: `客户 ${row}` };
      });
      const nextPageToken = end < ROWS ? String(end) : '';
      return route.fulfill({
        json: { customers: made, nextPageToken, totalSize: 1000, totalIsCapped: true, sharedToWrite: [] },
      });
    },
  );
}

async function loadEverything(page: Page): Promise<void> {
  await page.goto('/customers');
  await page.getByRole('grid').waitFor();
  await page.waitForFunction(
    (rows) => {
      const grid = document.querySelector('[role=grid]');
      grid?.scrollTo({ top: grid.scrollHeight });
      return grid?.getAttribute('aria-rowcount') === String(rows + 1);
    },
    ROWS,
    { polling: 50, timeout: 180_000 },
  );
  await page.evaluate(() => document.querySelector('[role=grid]')?.scrollTo({ top: 0 }));
}

/** Frames in a row, the list moved on in each of them. */
async function framesOf(page: Page, stepPx: number, frames: number): Promise<Frames> {
  const gaps = await page.evaluate(
    ([step, count]) =>
      new Promise<number[]>((resolve) => {
        const grid = document.querySelector('[role=grid]');
        const found: number[] = [];
        let last: number | undefined;
        const next = (now: number) => {
          if (last !== undefined) found.push(now - last);
          last = now;
          grid?.scrollBy({ top: step });
          if (found.length < count) requestAnimationFrame(next);
          else resolve(found);
        };
        requestAnimationFrame(next);
      }),
    [stepPx, frames] as const,
  );
  return {
    frames,
    longestMs: Math.round(Math.max(...gaps)),
    late: gaps.filter((gap) => gap > LATE_MS).length,
  };
}
