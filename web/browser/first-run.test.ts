import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { launch, setting, SPEECHES } from './people';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

it('asks for the first administrator while there is nobody, and never again', async () => {
  const { texts } = SPEECHES[0];
  const context = await browser.newContext({ baseURL: setting('CIMS_FIRST_RUN_URL'), locale: 'zh-CN' });
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('heading', { name: texts.setUp.title }).waitFor();
  await expectAccessible(page);
  const fill = async (token: string, password: string) => {
    await page.getByLabel(texts.setUp.token).fill(token);
    await page.getByLabel(texts.setUp.organisation).fill('晶美公司');
    await page.getByLabel(texts.setUp.displayName).fill('王第一');
    await page.getByLabel(texts.session.username, { exact: true }).fill('first');
    await page.locator('#password').fill(password);
    await page.locator('#repeated').fill(password);
    await page.getByRole('button', { name: texts.setUp.create }).click();
  };
  await fill('AAAAAAAAAAAAAAAAAAAAAAAAAA', 'eleven pink umbrellas');
  await page.locator('.ant-form-item-explain-error').first().waitFor();
  expect(await page.locator('#organisation').inputValue()).toBe('晶美公司');
  await fill(setting('CIMS_SETUP_TOKEN'), 'eleven pink umbrellas');
  await page.getByRole('navigation', { name: texts.app.menu }).waitFor();

  const other = await (await browser.newContext({ baseURL: setting('CIMS_FIRST_RUN_URL') })).newPage();
  await other.goto('/');
  await other.getByRole('button', { name: texts.session.signIn }).waitFor();
  expect(await other.getByRole('heading', { name: texts.setUp.title }).count()).toBe(0);
  await other.context().close();
  await context.close();
});
