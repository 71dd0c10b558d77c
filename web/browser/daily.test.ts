import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { enter, launch, signedIn, SPEECHES, telling, write } from './people';

const DAY_MS = 24 * 60 * 60 * 1000;

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

describe.each(SPEECHES)('a day of contacts in $language', (speech) => {
  const { texts } = speech;
  const run = telling(7);
  const name = `Dahlia ${run}`;
  const phone = `139${run}0`;
  const subject = `Visit ${run}`;
  let page: Page;
  let customer: { id: string };

  const row = () => page.getByRole('listitem').filter({ hasText: name });
  const named = (text: string) => text.replace('{{name}}', name);
  const plan = (interval: number) =>
    write(page, `/v1/customers/${customer.id}/interactions`, {
      method: 'PHONE',
      subject: `Planned ${run}`,
      occurTime: new Date().toISOString(),
      nextContactTime: new Date(Date.now() + interval).toISOString(),
      nextContactPlan: `Ask again ${run}`,
    });

  it('records a contact from the list over all customers, and finds it by a word', async () => {
    page = await enter(browser, 'rep1', speech);
    const body = { name, type: 'ENTERPRISE', phones: [{ number: phone }] };
    customer = await write(page, '/v1/customers', body);
    await page.getByRole('link', { name: texts.menu.interactions }).click();
    await page.getByRole('button', { name: texts.interaction.record }).first().click();
    const form = page.getByRole('dialog');
    await form.getByLabel(texts.interaction.field.customerId, { exact: true }).fill(name);
    await page.locator('.ant-select-item-option').filter({ hasText: name }).click();
    await form.getByText(texts.interaction.method.MEETING, { exact: true }).click();
    await form.getByLabel(texts.interaction.field.subject, { exact: true }).fill(subject);
    await form.getByRole('button', { name: texts.action.save }).click();
    await form.waitFor({ state: 'detached' });

    await page.getByLabel(texts.interaction.keyword).fill(`isit ${run}`);
    await page.getByRole('button', { name: subject }).waitFor();
    await page.getByRole('link', { name, exact: true }).waitFor();
    await page.waitForURL((url) => url.searchParams.get('q') === `isit ${run}`);
    await expectAccessible(page);
    await page.goto(`/interactions?q=${run}&method=EMAIL`);
    await page.getByText(texts.interaction.noMatch).waitFor();
  });

  it('edits it within the window', async () => {
    await page.goto(`/interactions?q=${run}`);
    await page.getByRole('button', { name: subject }).click();
    await page.getByRole('dialog').getByRole('button', { name: texts.action.edit }).click();
    const form = page.getByRole('dialog').filter({ hasText: texts.interaction.editTitle });
    await form.getByLabel(texts.interaction.field.summary).fill(`Liked it ${run}`);
    await form.getByRole('button', { name: texts.action.save }).click();
    await form.waitFor({ state: 'detached' });
    await page.getByRole('dialog').getByText(`Liked it ${run}`).waitFor();
  });

  it('puts an overdue follow-up off, and strikes out another', async () => {
    await plan(-2 * DAY_MS);
    await page.goto('/follow-ups?due=OVERDUE');
    await row().getByText(`Ask again ${run}`).waitFor();
    expect(await row().getByRole('link', { name: phone }).getAttribute('href')).toBe(`tel:${phone}`);
    await expectAccessible(page);
    await row()
      .getByRole('button', { name: named(texts.followUp.snoozeOf) })
      .click();
    await page.getByRole('menuitem', { name: texts.followUp.snooze.TOMORROW }).click();
    await row().waitFor({ state: 'detached' });

    await plan(-DAY_MS);
    await page.reload();
    await row()
      .getByRole('button', { name: named(texts.followUp.doneOf) })
      .click();
    await row().waitFor({ state: 'detached' });
  });

  it('writes down the contact right where it was due', async () => {
    await plan(-DAY_MS);
    await page.reload();
    await row()
      .getByRole('button', { name: named(texts.followUp.recordOf) })
      .click();
    const form = page.getByRole('dialog');
    await form.getByLabel(texts.interaction.field.subject, { exact: true }).fill(`Called ${run}`);
    await form.getByRole('button', { name: texts.action.save }).click();
    await form.waitFor({ state: 'detached' });
    await row().waitFor({ state: 'detached' });
    await page.context().close();
  });

  it('lets a manager delete a record after asking', async () => {
    page = await signedIn(browser, 'manager1', speech);
    await page.goto(`/interactions?q=${encodeURIComponent(subject)}`);
    await page.getByRole('button', { name: subject }).click();
    await page.getByRole('dialog').getByRole('button', { name: texts.action.delete }).click();
    const question = page
      .getByRole('dialog')
      .filter({ hasText: texts.interaction.deleteTitle.replace('{{subject}}', subject) });
    await question.getByRole('button', { name: texts.action.delete }).click();
    await page.getByText(texts.interaction.noMatch).waitFor();
    await page.context().close();
  });
});
