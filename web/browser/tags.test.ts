import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { enter, launch, SPEECHES, telling, write } from './people';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

describe.each(SPEECHES)('the tags in $language', (speech) => {
  const { texts } = speech;
  const run = telling(7);
  const [group, renamed, other] = [`Worth ${run}`, `Value ${run}`, `Season ${run}`];
  const [high, low] = [`High ${run}`, `Low ${run}`];
  let page: Page;

  const card = (name: string) => page.getByRole('region', { name, exact: true });
  const save = () => page.getByRole('dialog').getByRole('button', { name: texts.action.save }).click();
  const gone = () => page.getByRole('dialog').waitFor({ state: 'detached' });

  it('stand in groups that one defines, makes exclusive and renames', async () => {
    page = await enter(browser, 'admin', speech);
    await page.getByRole('link', { name: texts.menu.tags }).click();
    for (const name of [group, other]) {
      await page.getByRole('button', { name: texts.tag.createGroup }).click();
      await page.getByRole('dialog').getByLabel(texts.tag.field.group).fill(name);
      await save();
      await gone();
    }
    for (const name of [high, low]) {
      await card(group).getByRole('button', { name: texts.tag.create }).click();
      await page.getByRole('dialog').getByLabel(texts.tag.field.name).fill(name);
      await save();
      await gone();
      await card(group).getByText(name).waitFor();
    }
    await card(group).getByRole('switch').click();
    await card(group).getByRole('switch', { checked: true, disabled: false }).waitFor();
    await card(group).getByRole('button', { name: texts.tag.rename }).click();
    await page.getByRole('dialog').getByLabel(texts.tag.field.group).fill(renamed);
    await save();
    await gone();
    await card(renamed).getByText(high).waitFor();
    await expectAccessible(page);
  });

  it('move to another group, and say how many customers have them before they are deleted', async () => {
    const { tags } = (await (await page.request.get('/v1/tags')).json()) as {
      tags: { id: string; name: string }[];
    };
    const id = tags.find(({ name }) => name === high)?.id;
    const customer = await write<{ id: string }>(page, '/v1/customers', {
      name: `Erica ${run}`,
      type: 'ENTERPRISE',
      phones: [{ number: `137${run}0` }],
    });
    await write(page, `/v1/customers/${customer.id}/tags:set`, { tagIds: [id] });

    const counted = texts.tag.customers.replace('{{formatted}}', '1');
    const tagged = page.getByRole('listitem').filter({ hasText: high });
    await tagged.getByRole('link', { name: counted }).waitFor();
    await tagged.getByRole('button', { name: texts.tag.move }).click();
    await page.getByRole('menuitem', { name: other }).click();
    await card(other).getByText(high).waitFor();

    await tagged.getByRole('button', { name: texts.action.delete }).click();
    const question = page.getByRole('dialog');
    await question.getByText(texts.tag.deleteFromCustomers.replace('{{formatted}}', '1')).waitFor();
    await question.getByRole('button', { name: texts.action.delete }).click();
    await tagged.waitFor({ state: 'detached' });
  });

  it('stay when their group is deleted', async () => {
    await card(renamed).getByRole('button', { name: texts.action.delete }).first().click();
    await page.getByRole('dialog').getByRole('button', { name: texts.action.delete }).click();
    await card(renamed).waitFor({ state: 'detached' });
    await card(texts.tag.noGroup).getByText(low).waitFor();
    await page.context().close();
  });
});
