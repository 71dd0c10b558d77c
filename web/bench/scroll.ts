// Scrolls by the wheel through the first 10,000 customers of a running CIMS, which has to have so many, and looks for frames
// that come late (design: P-14): down, where the list loads as it goes, and up again, where all of it is there. A machine at
// work drops frames by itself: an empty page is scrolled by the same wheel right before. `cargo xtask bench` gives the verdict.
import { loadavg } from 'node:os';
import type { Locator, Page } from 'playwright-core';
import { it } from 'vitest';
import { launch, signedIn, SPEECHES } from '../browser/people';

const ROWS = 10_000;
const LATE_MS = 50;
/** Two notches of a wheel. */
const STEP_PX = 240;
/** Steps between two looks at how far they led. */
const STEPS = 10;
const EMPTY_PX = 600 * STEP_PX;
/** Looks at a list that does not go on before it is taken for the whole. */
const STANDSTILL = 100;

interface Frames {
  frames: number;
  longestMs: number;
  over50: number;
  longFrames: number;
}

it('scrolls by the wheel', async () => {
  const browser = await launch();
  try {
    const page = await signedIn(browser, 'admin', SPEECHES[0]);
    const empty = await emptyPage(page);
    await page.goto('/customers');
    const grid = page.getByRole('grid');
    await grid.hover();
    const down = await framesOf(page, () => scrollDown(page, grid));
    const rows = await rowsSeen(grid);
    const up = await framesOf(page, () => scrollUp(page, grid));
    const [load = 0] = loadavg();
    const figures = { rows, load: Number(load.toFixed(1)), empty, down, up };
    process.stdout.write(`${JSON.stringify(figures)}\n`);
  } finally {
    await browser.close();
  }
});

/** Nothing to draw, and as much to scroll. */
async function emptyPage(page: Page): Promise<Frames> {
  await page.goto('about:blank');
  await page.setContent(`<div style="height: ${EMPTY_PX}px"></div>`);
  await page.mouse.move(720, 450);
  return framesOf(page, async () => {
    for (let px = 0; px < EMPTY_PX; px += STEPS * STEP_PX) await turn(page, STEP_PX);
  });
}

async function scrollDown(page: Page, grid: Locator): Promise<void> {
  let seen = 0;
  for (let looks = 0; seen < ROWS; looks += 1) {
    await turn(page, STEP_PX);
    const now = await rowsSeen(grid);
    if (now > seen) looks = 0;
    if (looks > STANDSTILL) throw new Error(`the list ends at row ${now}`);
    seen = now;
  }
}

async function scrollUp(page: Page, grid: Locator): Promise<void> {
  do await turn(page, -STEP_PX);
  while ((await grid.evaluate(({ scrollTop }) => scrollTop)) > 0);
}

async function turn(page: Page, px: number): Promise<void> {
  for (let step = 0; step < STEPS; step += 1) await page.mouse.wheel(0, px);
}

/** The last row that is in sight, from 1; the head, which is counted as a row, is above it. */
async function rowsSeen(grid: Locator): Promise<number> {
  return await grid.evaluate((element) => {
    const { bottom } = element.getBoundingClientRect();
    const rows = [...element.querySelectorAll('[aria-rowindex]')];
    const inSight = rows.filter((row) => row.getBoundingClientRect().top < bottom);
    return Math.max(...inSight.map((row) => Number(row.getAttribute('aria-rowindex')))) - 1;
  });
}

/** The frames that the page has while something is done. */
async function framesOf(page: Page, work: () => Promise<void>): Promise<Frames> {
  const recorder = await page.evaluateHandle(() => {
    const gaps: number[] = [];
    let longFrames = 0;
    const observer = new PerformanceObserver((list) => {
      longFrames += list.getEntries().length;
    });
    observer.observe({ type: 'long-animation-frame' });
    let last: number | undefined;
    const next = (now: number) => {
      if (last !== undefined) gaps.push(now - last);
      last = now;
      coming = requestAnimationFrame(next);
    };
    let coming = requestAnimationFrame(next);
    const stop = () => {
      cancelAnimationFrame(coming);
      longFrames += observer.takeRecords().length;
      observer.disconnect();
      return { gaps, longFrames };
    };
    return { stop };
  });
  await work();
  const { gaps, longFrames } = await recorder.evaluate(({ stop }) => stop());
  return {
    frames: gaps.length,
    longestMs: Math.round(Math.max(...gaps)),
    over50: gaps.filter((gap) => gap > LATE_MS).length,
    longFrames,
  };
}
