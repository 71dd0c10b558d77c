import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { launch, signedIn, SPEECHES, telling, write } from './people';

/** The first letters of rep3's name. */
const INITIALS = 'sxs';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

interface Named {
  id: string;
  displayName: string;
}

async function whoIs(page: Page): Promise<Named> {
  return ((await (await page.request.get('/v1/me')).json()) as { user: Named }).user;
}

describe.each(SPEECHES)('sharing in $language', (speech) => {
  const { texts } = speech;
  const name = `Heron ${telling(7)}`;
  let owner: Page;
  let reader: Page;
  const number = `134${telling(8)}`;
  let id: string;
  let readerName: string;
  let ownerName: string;

  const filled = (text: string, value: string) => text.replace('{{name}}', value);
  const drawer = () => owner.getByRole('dialog', { name: filled(texts.share.titleOf, name) });
  const edit = (page: Page) => page.getByRole('button', { name: texts.action.edit, exact: true });
  /** Of the reader's list. */
  const cell = (text: string) => reader.getByRole('gridcell').filter({ hasText: text });
  const share = (page: Page) => page.getByRole('button', { name: texts.share.title, exact: true });

  it('gives a colleague, found by first letters, a customer to view', async () => {
    [owner, reader] = await Promise.all([
      signedIn(browser, 'rep1', speech),
      signedIn(browser, 'rep3', speech),
    ]);
    [{ displayName: ownerName }, { displayName: readerName }] = await Promise.all([
      whoIs(owner),
      whoIs(reader),
    ]);
    const body = { name, type: 'ENTERPRISE', phones: [{ number }] };
    ({ id } = await write<{ id: string }>(owner, '/v1/customers', body));
    await reader.goto('/customers');
    await reader.getByRole('grid').waitFor();

    await owner.goto(`/customers/${id}`);
    await share(owner).click();
    await drawer().getByText(texts.share.empty).waitFor();
    await expectAccessible(owner);
    await drawer().getByRole('button', { name: texts.share.add }).click();
    const form = owner.getByRole('dialog', { name: texts.share.add });
    await form.getByRole('button', { name: texts.action.save }).click();
    await form.getByText(texts.form.choose).waitFor();
    const person = form.getByLabel(texts.share.field.userId);
    // Oneself is refused beside the field, and what was chosen stays.
    await person.fill(ownerName);
    await owner.getByTitle(ownerName).last().click();
    await form.getByRole('button', { name: texts.action.save }).click();
    await form.locator('.ant-form-item-explain-error').first().waitFor();
    await person.fill(INITIALS);
    await owner.getByTitle(readerName).last().click();
    await expectAccessible(owner);
    await form.getByRole('button', { name: texts.action.save }).click();
    await form.waitFor({ state: 'detached' });
    await drawer().getByText(readerName).waitFor();
    await owner.keyboard.press('Escape');

    // It comes into the open list, and to its page: to view.
    await reader.getByText(name).first().waitFor();
    await reader.getByRole('button', { name: texts.share.withMe }).click();
    await reader.getByText(name).first().waitFor();
    expect(await cell(number).getAttribute('class')).not.toContain('editable');
    await reader.goto(`/customers/${id}`);
    await reader.getByText(filled(texts.share.by, ownerName)).waitFor();
    await reader.getByRole('button', { name: texts.interaction.record }).first().waitFor();
    expect(await edit(reader).count()).toBe(0);
    expect(await share(reader).count()).toBe(0);
    await expectAccessible(reader);
  });

  it('lets the colleague edit from then on, on the open page', async () => {
    const count = texts.share.titleCount.replace('{{count}}', '1');
    await owner.getByRole('button', { name: count }).click();
    await drawer()
      .getByRole('button', { name: filled(texts.share.editTitle, readerName) })
      .click();
    const form = owner.getByRole('dialog', { name: filled(texts.share.editTitle, readerName) });
    await form.getByText(texts.share.access.WRITE).click();
    await form.getByRole('button', { name: texts.action.save }).click();
    await form.waitFor({ state: 'detached' });
    await edit(reader).first().click();
    const record = reader.getByRole('dialog');
    await record.getByLabel(texts.customer.field.address, { exact: true }).fill('Reed 7');
    await record.getByRole('button', { name: texts.action.save }).click();
    await record.waitFor({ state: 'detached' });
    await reader.getByText('Reed 7').first().waitFor();
  });

  it('and in the cells of the list', async () => {
    await reader.goto(`/customers?q=${encodeURIComponent(name)}`);
    await cell(number).dblclick();
    const input = reader.getByRole('textbox', { name: texts.customer.field.phones, exact: true });
    const other = `135${telling(8)}`;
    await input.fill(other);
    await input.press('Enter');
    await cell(other).waitFor();
    await reader.goto(`/customers/${id}`);
    await reader.getByRole('link', { name: other }).first().waitFor();
  });

  it('takes it back, which the open page and the history show', async () => {
    await drawer()
      .getByRole('button', { name: filled(texts.share.endTitle, readerName) })
      .click();
    await owner.getByRole('button', { name: texts.share.end, exact: true }).last().click();
    await drawer().getByText(texts.share.empty).waitFor();
    await reader.getByRole('heading', { name }).waitFor({ state: 'detached' });
    // As long as the question is going, the key is its own.
    await expect.poll(() => owner.getByRole('dialog').count(), { timeout: 10_000 }).toBe(1);
    await owner.keyboard.press('Escape');
    await drawer().waitFor({ state: 'detached' });
    await owner.getByRole('tab', { name: texts.history.title }).click();
    const history = owner.getByRole('tabpanel');
    await history.getByText(filled(texts.share.told.deleted, readerName)).waitFor();
    await history.getByText(filled(texts.share.told.created, readerName)).waitFor();
    await Promise.all([owner.context().close(), reader.context().close()]);
  });
});
