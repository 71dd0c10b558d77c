import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { enter, launch, SPEECHES, telling, write } from './people';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** A number of an identity card; the last character follows from the others (GB 11643). */
function idNumber(): string {
  const first = `11010519910307${telling(3)}`;
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(first[place]), 0);
  return first + '10X98765432'.charAt(sum % 11);
}

/** As everybody sees it who may not look at it in full. */
function starred(number: string): string {
  return `${number.slice(0, 3)}***********${number.slice(-4)}`;
}

describe.each(SPEECHES)('an ID number in $language', (speech) => {
  const { texts } = speech;
  const label = texts.customer.field.idNumber;
  const run = telling(7);
  const name = `Curlew ${run}`;
  const [number, other] = [idNumber(), idNumber()];
  let page: Page;
  let id: string;

  const form = () => page.getByRole('dialog');
  const input = (within: Page | Locator) => within.getByRole('textbox', { name: label, exact: true });
  const eye = (within: Page) => within.getByRole('button', { name: texts.customer.reveal });
  const holds = async (text: string) => (await page.locator('body').innerText()).includes(text);

  it('is asked for of persons alone, and says at the field that a character is wrong', async () => {
    page = await enter(browser, 'rep1', speech);
    await page.goto('/customers?new');
    await form().locator('#name').fill(name);
    expect(await input(form()).count()).toBe(0);
    await form().getByText(texts.customer.type.INDIVIDUAL, { exact: true }).click();
    await input(form()).waitFor();
    const phone = texts.phone.number.replace('{{position}}', '1');
    await form()
      .getByLabel(phone, { exact: true })
      .fill(`133${telling(8)}`);
    const wrong = number.slice(0, 17) + (number.endsWith('1') ? '2' : '1');
    await input(form()).fill(wrong);
    await form().getByRole('button', { name: texts.action.save }).click();
    const field = form().locator('.ant-form-item', { has: page.locator('#idNumber') });
    const error = field.locator('.ant-form-item-explain-error');
    await error.waitFor();
    expect(await error.innerText()).toContain(label);
    expect(await input(form()).inputValue()).toBe(wrong);
    await expectAccessible(page);
    await input(form()).fill(number);
    await error.waitFor({ state: 'detached' });
    await form().getByRole('button', { name: texts.action.save }).click();
    await form().waitFor({ state: 'detached' });
    await page.locator('aside.record-panel').getByRole('heading', { name }).waitFor();
    id = new URL(page.url()).searchParams.get('customer') ?? '';
    expect(id).not.toBe('');
  });

  it('stands starred for who wrote it, until it is looked at, which the history and the log tell', async () => {
    await page.goto(`/customers/${id}`);
    await page.getByText(starred(number), { exact: true }).waitFor();
    expect(await holds(number)).toBe(false);
    await eye(page).click();
    await page.getByText(number, { exact: true }).waitFor();
    await expectAccessible(page);
    await page.reload();
    await page.getByText(starred(number), { exact: true }).waitFor();
    await page.getByRole('tab', { name: texts.history.title }).click();
    const history = page.getByRole('tabpanel');
    await history.getByText(texts.history.verb.revealed).waitFor();
    await history.getByText(label).first().waitFor();
    expect(await holds(number)).toBe(false);
    await page.goto(`/log?record=${id}`);
    const look = page.getByRole('row').filter({ hasText: texts.log.verb.revealed });
    await look.getByText(label, { exact: true }).waitFor();
    expect(await holds(number)).toBe(false);
    await page.goto(`/customers/${id}`);
  });

  it('stays as it is when something else is saved, and is replaced as a whole', async () => {
    // Icons are part of a button's name.
    await page.getByRole('button', { name: new RegExp(`${texts.action.edit}$`) }).click();
    expect(await input(form()).inputValue()).toBe(starred(number));
    await form().getByLabel(texts.customer.field.remarks, { exact: true }).fill('Asked for a quotation');
    await form().getByRole('button', { name: texts.action.save }).click();
    await form().waitFor({ state: 'detached' });
    await eye(page).click();
    await page.getByText(number, { exact: true }).waitFor();

    const edit = texts.cell.edit.replace('{{field}}', label);
    await page.getByRole('button', { name: edit }).click();
    // What is starred is selected, so that typing begins anew.
    await input(page).waitFor();
    await page.keyboard.type('12');
    expect(await input(page).inputValue()).toBe('12');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').filter({ hasText: label }).waitFor();
    await input(page).fill(other);
    await input(page).press('Enter');
    await page.getByText(starred(other), { exact: true }).waitFor();
    await page.context().close();
  });

  it('is starred without an eye for who may not look', async () => {
    page = await enter(browser, 'exec1', speech);
    await page.goto(`/customers/${id}`);
    await page.getByText(starred(other), { exact: true }).waitFor();
    expect(await eye(page).count()).toBe(0);
    await page.context().close();
  });

  it('is nowhere for whom a role hides it, not in the form either', async () => {
    const username = `curlew${run}`;
    const password = `quiet orange ${run} lantern`;
    const admin = await enter(browser, 'admin', speech);
    const operations = ['customer.read', 'customer.update', 'interaction.read', 'people.read'];
    const role = await write<{ code: string }>(admin, '/v1/roles', {
      labelZh: `Curlew ${run}`,
      grants: operations.map((operation) => ({ operation, scope: 'ALL' })),
      fieldRules: [
        { field: 'idNumber', rule: 'HIDDEN' },
        { field: 'phone', rule: 'CLEAR' },
      ],
    });
    const user = { username, displayName: `Curlew ${run}`, roles: [role.code] };
    await write(admin, '/v1/users', { user, password });
    await admin.context().close();

    page = await enter(browser, username, speech, { password, firstTime: true });
    await page.getByLabel(texts.account.password.current, { exact: true }).waitFor();
    const newPassword = `seven green ${run} umbrellas`;
    await write(page, '/v1/me:changePassword', { currentPassword: password, newPassword });
    await page.goto(`/customers/${id}`);
    await page.getByRole('heading', { name }).waitFor();
    await page.getByText(texts.timeline.title, { exact: true }).first().waitFor();
    expect(await holds(label)).toBe(false);
    expect(await holds(starred(other))).toBe(false);
    await page.getByRole('button', { name: new RegExp(`${texts.action.edit}$`) }).click();
    await form().locator('#name').waitFor();
    expect(await input(form()).isVisible()).toBe(false);
    await form().locator('#remarks').fill('Hidden stays hidden');
    await form().getByRole('button', { name: texts.action.save }).click();
    await form().waitFor({ state: 'detached' });
    await page.context().close();

    const owner = await enter(browser, 'rep1', speech);
    await owner.goto(`/customers/${id}`);
    await owner.getByText(starred(other), { exact: true }).waitFor();
    await owner.context().close();
  });
});
