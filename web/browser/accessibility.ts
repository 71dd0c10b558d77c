import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Finds no serious fault in what stands on the page now. */
export async function expectAccessible(page: Page): Promise<void> {
  // Half faded in, a text has the contrast of a moment.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        ({ playState, effect }) => playState !== 'running' || effect?.getTiming().iterations === Infinity,
      ),
  );
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(() =>
    (Reflect.get(window, 'axe') as typeof axe).run({ resultTypes: ['violations'] }),
  );
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 200))]);
  expect(serious).toEqual([]);
  // An icon's own name is an English word, in whatever language the page is: see quiet-icons.ts.
  const named = await page
    .locator('.anticon[aria-label]')
    .evaluateAll((icons) =>
      icons
        .filter((icon) => icon.getAttribute('aria-label') === icon.querySelector('svg')?.dataset.icon)
        .map((icon) => icon.parentElement?.outerHTML.slice(0, 200)),
    );
  expect(named).toEqual([]);
}
