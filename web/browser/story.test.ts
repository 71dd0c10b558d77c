import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import zh from '../src/messages/zh-CN.json';
import { customersOf, enter, figure, launch, withTellingCharacters } from './people';

const FILE = join(import.meta.dirname, '../../tests/data/customers-5000.xlsx');
const COUNTS = { accepted: 4531, rejected: 306, duplicates: 163 };
const TAG = `${zh.tag.field.name} ${Date.now() % 100_000}`;
const PHONE = `199${String(Date.now() % 100_000_000).padStart(8, '0')}`;
const SUBJECT = `${zh.interaction.record} ${Date.now() % 100_000}`;
/** Figures of others follow a write within this time. */
const LIVE_MS = 1000;
const IMPORT_MS = 180_000;

let browser: Browser;
let representative: Page;
let customer: { id: string; name: string; characters: string };

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

describe('a first day with CIMS', () => {
  it('the administrator defines a tag and imports the customers', async () => {
    const page = await enter(browser, 'admin');
    await page.getByRole('link', { name: zh.menu.tags }).click();
    await page.getByRole('button', { name: zh.tag.create }).click();
    const form = page.getByRole('dialog');
    await form.getByLabel(zh.tag.field.name).fill(TAG);
    await form.getByRole('button', { name: zh.action.save }).click();
    await page.getByRole('listitem').filter({ hasText: TAG }).waitFor();

    await page.getByRole('link', { name: zh.menu.imports }).click();
    await page.locator('input[type=file]').setInputFiles(FILE);
    const run = page.getByRole('button', { name: /^导入 4,531/ });
    await run.waitFor({ timeout: IMPORT_MS });
    for (const key of ['accepted', 'rejected', 'duplicates'] as const)
      expect(await figure(page, zh.import.count[key])).toBe(COUNTS[key]);
    await run.click();
    await page.getByRole('alert').filter({ hasText: '4,531' }).waitFor({ timeout: IMPORT_MS });
    expect(await figure(page, zh.import.count.imported)).toBe(COUNTS.accepted);
    await page.context().close();
  });

  it('a representative finds an own customer by two characters and corrects its phone', async () => {
    representative = await enter(browser, 'rep1');
    customer = withTellingCharacters(await customersOf(representative));
    await representative.keyboard.press('/');
    await representative.keyboard.type(customer.characters);
    await representative.getByRole('option').filter({ hasText: customer.name }).click();
    await representative.getByRole('heading', { name: customer.name }).waitFor();
    expect(new URL(representative.url()).pathname).toBe(`/customers/${customer.id}`);

    await representative.getByRole('button', { name: zh.action.edit }).first().click();
    const form = representative.getByRole('dialog');
    await form.getByLabel(zh.phone.number.replace('{{position}}', '1'), { exact: true }).fill(PHONE);
    await form.getByRole('button', { name: zh.action.save }).click();
    await form.waitFor({ state: 'detached' });
    await representative.getByRole('link', { name: PHONE }).first().waitFor();
  });

  it('records a call, which the manager sees in the figures within a second', async () => {
    const manager = await enter(browser, 'manager1');
    const expected = (await customersOf(manager)).length;
    const total = manager.getByRole('group', { name: zh.home.figure.customerCount });
    await total.filter({ hasText: new Intl.NumberFormat('zh-CN').format(expected) }).waitFor();
    const before = await figure(manager, zh.home.figure.contactsThisWeek);
    await manager.evaluate(() => Reflect.set(window, 'notReloaded', true));

    await representative.getByRole('button', { name: zh.interaction.record }).first().click();
    const form = representative.getByRole('dialog');
    await form.getByLabel(zh.interaction.field.subject).fill(SUBJECT);
    await form.getByLabel(zh.interaction.field.nextContactTime).fill(`${tomorrow()} 10:00`);
    await form.getByLabel(zh.interaction.field.nextContactPlan).click();
    await form.getByLabel(zh.interaction.field.nextContactPlan).fill(SUBJECT);
    const written = representative.waitForResponse(
      (response) => response.request().method() === 'POST' && response.url().endsWith('/interactions'),
    );
    await form.getByRole('button', { name: zh.action.save }).click();
    expect((await written).status()).toBe(201);
    const start = Date.now();
    const contacts = manager.getByRole('group', { name: zh.home.figure.contactsThisWeek });
    await contacts
      .filter({ hasText: new RegExp(`\\D${before + 1}\\s*$`) })
      .waitFor({ timeout: 10 * LIVE_MS });
    const elapsed = Date.now() - start;
    console.log(`the manager's figures followed after ${elapsed} ms`);
    expect(elapsed).toBeLessThan(LIVE_MS);
    expect(await manager.evaluate(() => Reflect.get(window, 'notReloaded') as unknown)).toBe(true);

    await form.waitFor({ state: 'detached' });
    await representative.getByRole('listitem').filter({ hasText: SUBJECT }).first().waitFor();
    await representative.getByText(`${tomorrow()} 10:00`).first().waitFor();
    await manager.context().close();
  });

  it('tags the customer', async () => {
    await representative.getByRole('button', { name: zh.tag.choose }).click();
    const dialog = representative.getByRole('dialog');
    await dialog.getByRole('checkbox', { name: TAG }).check();
    await dialog.getByRole('button', { name: zh.action.save }).click();
    await dialog.waitFor({ state: 'hidden' });
    await representative.getByText(TAG).first().waitFor();
  });

  it('a representative of another department neither finds nor opens the customer', async () => {
    const page = await enter(browser, 'rep3');
    const answered = page.waitForResponse((response) => response.url().endsWith('/v1/customers:search'));
    await page.goto(`/customers?q=${encodeURIComponent(customer.name)}`);
    const body = (await (await answered).json()) as { results: { customer: { id: string } }[] };
    expect(body.results.map((result) => result.customer.id)).not.toContain(customer.id);
    await page.getByText(zh.search.clear).or(page.getByRole('table')).first().waitFor();
    expect(await page.getByRole('link', { name: customer.name, exact: true }).count()).toBe(0);

    await page.goto(`/customers/${customer.id}`);
    await page.getByRole('heading', { name: zh.notFound.title }).waitFor();
    await page.context().close();
  });
});

/** The day after today in the story's time zone. */
function tomorrow(): string {
  const inADay = new Date(Date.now() + 24 * 60 * 60 * 1000);
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai' }).format(inADay);
}
