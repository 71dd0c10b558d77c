import { Buffer } from 'node:buffer';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { enter, figure, launch, SPEECHES, telling } from './people';

const CHECK_MS = 60_000;

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

/** Four good rows but for: a phone too short, no name, and the first row once more; one column nobody guesses. */
function spreadsheet(run: string): string {
  return [
    'name,phone,e-mail,Stufe',
    `Amber Works ${run},138${run}01,a${run}@example.com,VIP`,
    `Birch Works ${run},138${run},,`,
    `,138${run}03,,`,
    `Amber Works ${run},138${run}01,,`,
    `Cedar Works ${run},138${run}05,,`,
  ].join('\n');
}

describe.each(SPEECHES)('an import in $language', (speech) => {
  const { texts } = speech;
  const run = telling(6);
  let page: Page;

  const tab = (outcome: keyof typeof texts.import.outcome, count: number) =>
    page.getByRole('tab', { name: `${texts.import.outcome[outcome]} ${count}`, exact: true });
  const next = () => page.getByRole('button', { name: texts.import.next, exact: true });
  const cell = (header: string, row: number) => {
    const [before = ''] = texts.import.cell
      .replace('{{row}}', String(row))
      .replace('{{header}}', header)
      .split('{{text}}');
    return page.getByRole('button', { name: before });
  };

  it('maps a column by hand and has every row checked again', async () => {
    page = await enter(browser, 'rep1', speech);
    await page.getByRole('link', { name: texts.menu.imports }).click();
    await expectAccessible(page);
    const file = { name: `works-${run}.csv`, mimeType: 'text/csv', buffer: Buffer.from(spreadsheet(run)) };
    await page.locator('input[type=file]').setInputFiles(file);
    const level = page.getByRole('combobox', { name: texts.import.fieldOf.replace('{{header}}', 'Stufe') });
    await level.waitFor({ timeout: CHECK_MS });
    await expectAccessible(page);
    await level.fill(texts.customer.field.level);
    await page
      .getByRole('option', { name: texts.customer.field.level, exact: true })
      .waitFor({ state: 'attached' });
    await level.press('Enter');
    await page.getByRole('button', { name: texts.import.checkAgain }).click();
    await tab('REJECTED', 2).waitFor({ timeout: CHECK_MS });
    await tab('DUPLICATE', 1).waitFor();
    await tab('ACCEPTED', 2).waitFor();
  });

  it('mends one row in the grid and drops another', async () => {
    await expectAccessible(page);
    await cell('phone', 3).click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type(`138${run}02`);
    await page.keyboard.press('Enter');
    await tab('REJECTED', 1).waitFor();
    await tab('ACCEPTED', 3).waitFor();
    await page.getByRole('checkbox', { name: texts.import.chooseRow.replace('{{row}}', '4') }).check();
    await page.getByRole('button', { name: texts.import.dropChosen.replace('{{rows}}', '1') }).click();
    await tab('REJECTED', 0).waitFor();
    await tab('DROPPED', 1).waitFor();
  });

  it('is found again where it was left', async () => {
    await page.getByRole('link', { name: texts.import.toList }).click();
    await page
      .getByRole('link', { name: `works-${run}.csv` })
      .first()
      .click();
    await tab('DROPPED', 1).waitFor();
    await next().click();
    await page.getByRole('radio', { name: texts.import.policy.UPDATE_EMPTY }).check();
  });

  it('runs, and hands out the rows it left out', async () => {
    const start = page.getByRole('button', { name: texts.import.run.replace('{{accepted}}', '3') });
    await start.click({ timeout: CHECK_MS });
    await page.getByText(texts.import.succeeded.replace('{{accepted}}', '3')).waitFor({ timeout: CHECK_MS });
    expect(await figure(page, texts.import.count.imported)).toBe(3);
    expect(await figure(page, texts.import.count.dropped)).toBe(1);
    await expectAccessible(page);
    const downloaded = page.waitForEvent('download');
    await page.getByRole('button', { name: texts.import.errors }).click();
    expect((await downloaded).suggestedFilename()).toMatch(/\.xlsx$/);
  });

  it('is reverted, but for a customer with a contact record', async () => {
    const report = page.url();
    await tab('ACCEPTED', 3).click();
    await page.getByRole('row').getByRole('link', { name: texts.import.openCustomer }).first().click();
    await page.getByRole('button', { name: texts.interaction.record }).first().click();
    const form = page.getByRole('dialog');
    await form.getByLabel(texts.interaction.field.subject, { exact: true }).fill(`Amber ${run}`);
    await form.getByRole('button', { name: texts.action.save }).click();
    await form.waitFor({ state: 'detached' });
    await page.getByText(`Amber ${run}`).first().waitFor();

    await page.goto(report);
    await page.getByRole('button', { name: texts.import.revert }).click();
    await page.getByRole('dialog').getByRole('button', { name: texts.import.revert }).click();
    await page.getByText(texts.import.reverted.replace('{{reverted}}', '2')).waitFor({ timeout: CHECK_MS });
    await page.getByText(texts.import.keptTitle.replace('{{kept}}', '1')).waitFor();
    await expectAccessible(page);
    await page.context().close();
  });
});
