import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { csrf, launch, signedIn, SPEECHES, telling, write } from './people';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

interface Made {
  id: string;
  etag: string;
}

describe.each(SPEECHES)('the table of customers in $language', (speech) => {
  const { texts } = speech;
  const field = texts.customer.field;
  const run = telling(7);
  const word = `Kestrel ${run}`;
  const names = ['A', 'B', 'C'].map((letter) => `${word} ${letter}`);
  const made: Made[] = [];
  let page: Page;

  const row = (name: string) => page.getByRole('row').filter({ hasText: name });
  const cell = (name: string, text: string) => row(name).getByRole('gridcell').filter({ hasText: text });
  const found = async () => {
    await page.goto(`/customers?q=${encodeURIComponent(word)}`);
    await row(names[0] ?? '').waitFor();
  };
  const saved = (page: Page) => page.waitForResponse((response) => response.request().method() === 'PATCH');

  it('is found by words, and read by keyboard', async () => {
    page = await signedIn(browser, 'admin', speech);
    for (const [position, name] of names.entries())
      made.push(
        await write<Made>(page, '/v1/customers', {
          name,
          type: 'ENTERPRISE',
          level: 'normal',
          phones: [{ number: `136${run}${position}` }],
        }),
      );
    await found();
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    const panel = page.locator('aside.record-panel');
    await panel.getByRole('heading', { name: names[1] }).waitFor();
    expect(new URL(page.url()).searchParams.get('customer')).toBe(made[1]?.id);
    await page.keyboard.press('j');
    await panel.getByRole('heading', { name: names[0] }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText(texts.keys.palette).waitFor();
    await page.keyboard.press('Escape');
  });

  it('is edited in its cells, and says at the cell what is wrong', async () => {
    await found();
    await cell(names[0] ?? '', `136${run}0`).dblclick();
    const input = page.getByRole('textbox', { name: field.phones, exact: true });
    await input.fill('12');
    await input.press('Enter');
    await page.getByRole('alert').waitFor();
    expect(await input.inputValue()).toBe('12');
    await input.fill(`139${run}0`);
    const answered = saved(page);
    await input.press('Control+Enter');
    expect((await answered).status()).toBe(200);
    await cell(names[0] ?? '', `139${run}0`).waitFor();
  });

  it('leaves the keys to an input method that composes', async () => {
    await cell(names[0] ?? '', names[0] ?? '').dblclick({ position: { x: 200, y: 20 } });
    const input = page.getByRole('textbox', { name: field.name, exact: true });
    await compose(page, input, '晶');
    expect(await input.inputValue()).toContain('晶');
    await page.keyboard.press('Escape');
    await input.waitFor({ state: 'detached' });
    await row(names[0] ?? '').waitFor();
  });

  it('shows both sides when somebody else changed the same field', async () => {
    const target = names[1] ?? '';
    await cell(target, `136${run}1`).dblclick();
    const input = page.getByRole('textbox', { name: field.phones, exact: true });
    await input.fill(`138${run}1`);
    await change(page, made[1]?.id ?? '', 'phones', { phones: [{ number: `137${run}1` }] });
    await input.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`137${run}1`).waitFor();
    await dialog.getByText(`136${run}1`).waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: texts.conflict.save }).click();
    await cell(target, `138${run}1`).waitFor();
  });

  it('narrows by chips that a link carries', async () => {
    await found();
    await page.getByRole('button', { name: texts.filter.add }).click();
    await page.getByRole('combobox', { name: texts.filter.field }).press('ArrowDown');
    await option(page, field.level).click();
    await page.getByRole('combobox', { name: texts.filter.value }).press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: texts.filter.apply }).click();
    // The first level of all is not the one that they have.
    await page.getByText(texts.filter.none).waitFor();
    const link = page.url();
    expect(new URL(link).searchParams.get('filter')).toMatch(/^level:in:/);
    await page.goto(link);
    const chips = page.getByRole('group', { name: texts.filter.title });
    await chips.getByRole('button', { name: new RegExp(`^${field.level}`) }).waitFor();
    await page.getByRole('button', { name: new RegExp(texts.filter.remove.replace(/\{\{.*/, '')) }).click();
    await row(names[2] ?? '').waitFor();
    expect(new URL(page.url()).searchParams.has('filter')).toBe(false);
  });

  it('keeps columns as somebody put them', async () => {
    await page.getByRole('button', { name: texts.column.choose }).click();
    await page.getByRole('checkbox', { name: field.type, exact: true }).uncheck();
    await page.getByRole('checkbox', { name: field.code, exact: true }).check();
    await page.keyboard.press('Escape');
    await page.reload();
    await page.getByRole('columnheader', { name: field.code, exact: true }).waitFor();
    expect(await page.getByRole('columnheader', { name: field.type, exact: true }).count()).toBe(0);
  });

  it('warns of a customer with the same phone, and makes another all the same', async () => {
    await page.goto('/customers?new');
    const form = page.getByRole('dialog');
    await form.locator('#name').fill(`Twin ${run}`);
    const phone = form.getByLabel(texts.phone.number.replace('{{position}}', '1'), { exact: true });
    await phone.fill(`136${run}2`);
    await form.getByRole('button', { name: texts.action.save }).click();
    const notice = form.getByRole('alert');
    await notice.getByRole('link', { name: names[2] }).waitFor();
    expect(await phone.inputValue()).toBe(`136${run}2`);
    await expectAccessible(page);
    await notice.getByRole('button', { name: texts.duplicate.goOn }).click();
    await page
      .locator('aside.record-panel')
      .getByRole('heading', { name: `Twin ${run}` })
      .waitFor();
  });

  it('shows what its reader wrote while the list does not know of it yet', async () => {
    const tag = await write<{ name: string }>(page, '/v1/tags', { name: `Own ${run}` });
    const target = names[2] ?? '';
    const search = '**/v1/customers:search';
    // The page before may still wait for an answer of its own.
    await page.goto('about:blank');
    const read = page.waitForResponse(search);
    await found();
    const record = `/v1/customers/${made[2]?.id}`;
    // As long as their service has not followed, list and record are answered as before; a record that follows sooner would tell.
    const before = [
      { address: search, body: await (await read).text() },
      { address: `**${record}`, body: await (await page.request.get(record)).text() },
    ];
    for (const { address, body } of before)
      await page.route(address, (route) => route.fulfill({ body, contentType: 'application/json' }));
    await row(target).getByRole('link', { name: target }).click();
    const panel = page.locator('aside.record-panel');
    await panel.getByRole('button', { name: texts.tag.choose }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: tag.name }).check();
    const readAgain = page.waitForResponse(search);
    await dialog.getByRole('button', { name: texts.action.save }).click();
    await readAgain;
    await cell(target, tag.name).waitFor();
    await page.unrouteAll();
    await found();
    await cell(target, tag.name).waitFor();
  });

  it('tags those that are selected, and takes it back', async () => {
    const tag = await write<{ id: string; name: string }>(page, '/v1/tags', { name: `Bulk ${run}` });
    await found();
    await page.getByRole('checkbox', { name: texts.selection.all }).check();
    await page.getByRole('toolbar').getByRole('button', { name: texts.bulk.tag }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').fill(tag.name);
    await option(page, tag.name).click();
    await dialog.getByRole('button', { name: texts.bulk.tag }).click();
    const done = texts.bulk.tagged.replace('{{changed}}', '3').replace('{{name}}', tag.name);
    await page.getByText(done).waitFor();
    await cell(names[2] ?? '', tag.name).waitFor();
    await page.getByRole('button', { name: texts.bulk.undo }).click();
    await page.getByText(texts.bulk.undone).waitFor();
    await cell(names[2] ?? '', tag.name).waitFor({ state: 'detached' });
    await page.context().close();
  });
});

function option(page: Page, text: string): Locator {
  return page.locator('.ant-select-item-option', { hasText: text }).first();
}

/** What somebody else saved in the meantime. */
async function change(page: Page, id: string, mask: string, data: object): Promise<void> {
  const headers = { 'X-CSRF-Token': await csrf(page), 'Idempotency-Key': crypto.randomUUID() };
  const response = await page.request.patch(`/v1/customers/${id}`, {
    params: { updateMask: mask },
    data,
    headers,
  });
  expect(response.status()).toBe(200);
}

/** Types through an input method: its Enter takes the word, and nothing else happens. */
async function compose(page: Page, input: Locator, word: string): Promise<void> {
  await input.waitFor();
  const protocol = await page.context().newCDPSession(page);
  await protocol.send('Input.imeSetComposition', { text: 'jing', selectionStart: 4, selectionEnd: 4 });
  await protocol.send('Input.dispatchKeyEvent', {
    type: 'rawKeyDown',
    key: 'Process',
    code: 'Enter',
    windowsVirtualKeyCode: 229,
  });
  expect(await input.isVisible()).toBe(true);
  await protocol.send('Input.insertText', { text: word });
  await protocol.detach();
}
