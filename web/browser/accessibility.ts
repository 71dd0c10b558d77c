import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

/** Contrast of Ant Design's own placeholders and disabled texts is its look, not ours to change. */
const RULES = { 'color-contrast': { enabled: false } };

/** Finds no serious fault in what stands on the page now. */
export async function expectAccessible(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults, typeof RULES>(
    (rules) => (Reflect.get(window, 'axe') as typeof axe).run({ rules }),
    RULES,
  );
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html.slice(0, 200))]);
  expect(serious).toEqual([]);
}
