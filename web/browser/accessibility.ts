import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** What Ant Design calls parts of its components in every language, where nobody names them. */
const ENGLISH = ['Increase Value', 'Decrease Value', 'expanded dropdown', 'segmented control'];

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
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const serious = await page.evaluate(async () => {
    // Nothing is read ahead: that is for sounds and films, and there are none.
    const options = { resultTypes: ['violations' as const], preload: false };
    const { violations } = await (Reflect.get(window, 'axe') as typeof axe).run(options);
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 200))]);
  });
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
  const foreign = page.locator(ENGLISH.map((name) => `[aria-label="${name}"]`).join(', '));
  expect(await foreign.evaluateAll((all) => all.map((one) => one.outerHTML.slice(0, 200)))).toEqual([]);
}
