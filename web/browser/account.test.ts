import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { enter, launch, setting, type Speech, SPEECHES } from './people';
import { codeOf, STEP_MS } from './totp';

/** Whose password changes here and changes back, so that no other test depends on it. */
const USERNAME = 'marketing1';
const CHOSEN = 'eleven pink umbrellas';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

describe.each(SPEECHES)("one's own account in $language", (speech) => {
  const { texts } = speech;
  let page: Page;
  let secret: string;
  let recoveryCodes: string[];

  it('changes the password, which ends the session elsewhere', async () => {
    const elsewhere = await enter(browser, USERNAME, speech);
    page = await enter(browser, USERNAME, speech);
    await openAccount(page, speech);
    const devices = page.locator('.devices').first();
    await devices.getByText('Chrome').first().waitFor();
    expect(await devices.getByRole('listitem').count()).toBeGreaterThan(1);
    await expectAccessible(page);

    const password = setting('CIMS_DEMO_PASSWORD');
    await changePassword(page, speech, password, 'qwertyuiopas');
    // What is wrong stands at its field, and what was typed is still there.
    await page.locator('.ant-form-item-explain-error').first().waitFor();
    expect(await page.locator('#newPassword').inputValue()).toBe('qwertyuiopas');
    await changePassword(page, speech, password, CHOSEN);
    await page.locator('.ant-message-success').first().waitFor();
    await expect.poll(() => devices.getByRole('listitem').count()).toBe(1);
    await elsewhere.reload();
    await elsewhere.getByLabel(texts.session.username).waitFor();
    await elsewhere.context().close();
    await changePassword(page, speech, CHOSEN, password);
    await expect.poll(() => page.locator('#currentPassword').inputValue()).toBe('');
  });

  it('turns on two-step verification', async () => {
    await page.getByRole('button', { name: texts.account.factor.enable }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(texts.account.password.current).fill(setting('CIMS_DEMO_PASSWORD'));
    await dialog.getByRole('button', { name: texts.account.factor.next }).click();
    await dialog.locator('svg').first().waitFor();
    secret = (await dialog.locator('.secret').innerText()).trim();
    await dialog.getByLabel(texts.account.factor.firstCode).fill(codeOf(secret, Date.now()));
    await dialog.getByRole('button', { name: texts.account.factor.confirm }).click();
    const codes = page.locator('.recovery-codes');
    await codes.waitFor();
    recoveryCodes = (await codes.innerText()).split(/\s+/).filter((code) => code !== '');
    expect(recoveryCodes).toHaveLength(10);
    await page.getByRole('button', { name: texts.account.factor.kept }).click();
    await page.getByText(texts.account.factor.on, { exact: true }).waitFor();
  });

  it('signs in in two steps, and turns it off again', async () => {
    await page.context().close();
    const context = await browser.newContext({ baseURL: setting('CIMS_URL'), locale: 'zh-CN' });
    page = await context.newPage();
    await page.goto('/');
    const first = SPEECHES[0].texts;
    if (texts !== first) await page.getByRole('button', { name: first.app.otherLanguage }).click();
    await page.getByLabel(texts.session.username).fill(USERNAME);
    await page.getByLabel(texts.session.password).fill(setting('CIMS_DEMO_PASSWORD'));
    await page.getByRole('button', { name: texts.session.signIn }).click();
    await page.getByLabel(texts.session.code).fill('000000');
    await page.getByRole('button', { name: texts.session.verify }).click();
    await page.getByRole('alert').waitFor();
    await expectAccessible(page);
    await page.getByLabel(texts.session.code).fill(recoveryCodes[0] ?? '');
    await page.getByRole('button', { name: texts.session.verify }).click();
    await page.getByRole('navigation', { name: texts.app.menu }).waitFor();

    await openAccount(page, speech);
    await page.getByRole('button', { name: texts.account.factor.disable }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(texts.account.password.current).fill(setting('CIMS_DEMO_PASSWORD'));
    // The next step's: the one of now may be that of the set-up, which was used.
    await dialog.getByLabel(texts.session.code).fill(codeOf(secret, Date.now() + STEP_MS));
    await dialog.getByRole('button', { name: texts.account.factor.disable }).click();
    await page.getByRole('button', { name: texts.account.factor.enable }).waitFor();
  });

  it('makes an API key, which is shown once, and revokes it', async () => {
    await page.getByRole('button', { name: texts.account.key.create }).click();
    const form = page.getByRole('dialog');
    const name = `${texts.account.key.title} ${Date.now()}`;
    await form.getByLabel(texts.account.key.name).fill(name);
    await form.getByRole('button', { name: texts.action.save }).click();
    const shown = page.locator('.secret');
    await shown.waitFor();
    const key = (await shown.innerText()).trim();
    expect(key).toMatch(/^cims_[\w-]{43}$/);
    const ask = () => fetch(`${setting('CIMS_URL')}/v1/me`, { headers: { Authorization: `Bearer ${key}` } });
    expect((await ask()).status).toBe(200);
    await page.getByRole('button', { name: texts.account.key.kept }).click();
    const row = page.getByRole('listitem').filter({ hasText: name });
    await row.getByRole('button', { name: texts.account.key.revoke }).click();
    await page.getByRole('tooltip').getByRole('button', { name: texts.account.key.revoke }).click();
    await row.getByText(texts.account.key.revoked).waitFor();
    await expect.poll(async () => (await ask()).status, { timeout: 10_000 }).toBe(401);
    await page.context().close();
  });
});

async function openAccount(page: Page, { texts }: Speech): Promise<void> {
  await page.locator('.user-button').click();
  await page.getByRole('link', { name: texts.account.title }).click();
  await page.getByRole('heading', { name: texts.account.title }).waitFor();
}

async function changePassword(page: Page, { texts }: Speech, current: string, next: string): Promise<void> {
  await page.locator('#currentPassword').fill(current);
  await page.locator('#newPassword').fill(next);
  await page.locator('#repeated').fill(next);
  await page.getByRole('button', { name: texts.account.password.change }).click();
}
