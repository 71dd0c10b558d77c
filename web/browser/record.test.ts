import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { enter, launch, signedIn, SPEECHES, telling, write } from './people';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

describe.each(SPEECHES)('a record in $language', (speech) => {
  const { texts } = speech;
  const run = telling(7);
  const name = `Osprey ${run}`;
  const tag = `Nest ${run}`;
  let page: Page;
  let id: string;

  const tab = (label: string) => page.getByRole('tab', { name: label });

  it('shows what hangs on it, with how much of each there is', async () => {
    page = await signedIn(browser, 'admin', speech);
    const phones = [{ number: `135${run}0` }];
    ({ id } = await write<{ id: string }>(page, '/v1/customers', { name, type: 'ENTERPRISE', phones }));
    const contacts = `/v1/customers/${id}/contacts`;
    await write(page, contacts, { name: `First ${run}`, primary: true });
    await write(page, contacts, { name: `Second ${run}` });
    await write(page, `/v1/customers/${id}/interactions`, {
      method: 'PHONE',
      subject: `Call ${run}`,
      occurTime: new Date().toISOString(),
    });
    const made = await write<{ id: string }>(page, '/v1/tags', { name: tag });
    await write(page, `/v1/customers/${id}/tags:set`, { tagIds: [made.id] });

    await page.goto(`/customers/${id}`);
    await page.getByRole('heading', { name }).waitFor();
    await tab(texts.contact.titleCount.replace('{{count}}', '2')).waitFor();
    await tab(texts.record.interactions.replace('{{count}}', '1')).waitFor();
    await tab(texts.record.tags.replace('{{count}}', '1')).waitFor();
    const stream = page.getByRole('tabpanel');
    await stream.getByText(`Call ${run}`).waitFor();
    await stream.getByText(texts.timeline.tagged).waitFor();
    await page.getByText(texts.timeline.tags, { exact: true }).click();
    await stream.getByText(`Call ${run}`).waitFor({ state: 'detached' });
    await stream.getByText(tag).waitFor();
    await page.getByText(texts.timeline.changes, { exact: true }).click();
    const called = stream.locator('.as-written').filter({ hasText: `First ${run}` });
    await called.filter({ hasText: texts.contact.field.name }).first().waitFor();
    await expectAccessible(page);
  });

  it('is edited where a field stands', async () => {
    const edit = texts.cell.edit.replace('{{field}}', texts.customer.field.phones);
    await page.getByRole('button', { name: edit }).click();
    const input = page.getByRole('textbox', { name: texts.customer.field.phones, exact: true });
    await input.fill(`135${run}9`);
    await input.press('Enter');
    await page.getByRole('link', { name: `135${run}9` }).waitFor();
  });

  it('has one primary contact', async () => {
    await tab(texts.contact.titleCount.replace('{{count}}', '2')).click();
    const second = page
      .locator('.ant-card')
      .filter({ hasText: `Second ${run}` })
      .last();
    await second.getByRole('button', { name: texts.action.edit }).click();
    const form = page.getByRole('dialog');
    await form.getByRole('checkbox', { name: texts.contact.field.primary }).check();
    await form.getByRole('button', { name: texts.action.save }).click();
    await form.waitFor({ state: 'detached' });
    await second.getByText(texts.contact.field.primary).waitFor();
    expect(await page.getByRole('tabpanel').getByText(texts.contact.field.primary).count()).toBe(1);
  });

  it('goes to the bin after a question that names what hangs on it, and comes back', async () => {
    await page.getByRole('button', { name: texts.action.delete }).first().click();
    const question = page.getByRole('dialog');
    await question.getByText(texts.record.hang.contacts.replace('{{formatted}}', '2')).waitFor();
    await question.getByText(texts.record.hang.interactions.replace('{{formatted}}', '1')).waitFor();
    await question.getByText(texts.record.hang.tags.replace('{{names}}', tag)).waitFor();
    await question.getByRole('button', { name: texts.action.delete }).click();
    await question.waitFor({ state: 'detached' });

    await page.getByRole('link', { name: texts.customer.bin }).click();
    const row = page.getByRole('row').filter({ hasText: name });
    const me = (await (await page.request.get('/v1/me')).json()) as { user: { displayName: string } };
    await row.getByTitle(me.user.displayName).last().waitFor();
    await expectAccessible(page);
    await row.getByRole('button', { name: texts.customer.restore }).click();
    await row.waitFor({ state: 'detached' });
    await page.goto(`/customers/${id}`);
    await tab(texts.contact.titleCount.replace('{{count}}', '2')).waitFor();
  });

  it('is opened again from the palette, which offers what one may do', async () => {
    await page.goto('/customers');
    await page.getByRole('grid').waitFor();
    await page.keyboard.press('Control+k');
    const palette = page.getByRole('dialog');
    await palette.getByRole('combobox').fill(name);
    await palette.getByRole('option').filter({ hasText: name }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name }).waitFor();
    await page.keyboard.press('Control+k');
    await palette.getByRole('combobox').fill(texts.interaction.record);
    await palette.getByRole('option').first().click();
    await page.getByLabel(texts.interaction.field.subject, { exact: true }).waitFor();
    await page.context().close();

    const reader = await enter(browser, 'exec1', speech);
    await reader.keyboard.press('Control+k');
    await reader.getByRole('option', { name: texts.menu.customers }).waitFor();
    expect(await reader.getByRole('option', { name: texts.customer.create }).count()).toBe(0);
    await reader.context().close();
  });
});
