import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { enter, launch, signedIn, SPEECHES, telling, write } from './people';

/** A PNG of one pixel. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

describe.each(SPEECHES)("somebody's account in $language", (speech) => {
  const { texts } = speech;
  const run = telling(7);
  const [username, name] = [`nora${run}`, `Nora Lind ${run}`];
  const own = `correct horse ${run} battery`;
  let admin: Page;
  let person: Page;

  const dialog = (page: Page) => page.getByRole('dialog');
  const openAccount = async (page: Page) => {
    await page.getByRole('button', { name: texts.app.userMenu.replace('{{name}}', name) }).click();
    await page.getByRole('link', { name: texts.account.title }).click();
    await page.getByRole('heading', { name: texts.account.title }).waitFor();
  };

  it('gets another password from the administrator, good for choosing one', async () => {
    admin = await signedIn(browser, 'admin', speech);
    await write(admin, '/v1/users', { user: { username, displayName: name, roles: ['representative'] } });
    await admin.goto(`/people?query=${username}`);
    await admin.getByRole('button', { name: texts.people.menu.replace('{{name}}', name) }).click();
    await admin.getByRole('menuitem', { name: texts.people.reset }).click();
    await dialog(admin).getByRole('button', { name: texts.people.reset }).click();
    const shown = dialog(admin).filter({ hasText: texts.people.passwordOnce });
    const given = (await shown.locator('code').innerText()).trim();
    await shown.getByRole('button', { name: texts.people.passwordKept }).click();

    person = await enter(browser, username, speech, { password: given, firstTime: true });
    await person.getByRole('heading', { name: texts.account.forced.title }).waitFor();
    expect(await person.getByRole('navigation').count()).toBe(0);
    const { current, new: chosen, repeat, change } = texts.account.password;
    await person.getByLabel(current, { exact: true }).fill(given);
    await person.getByLabel(chosen, { exact: true }).fill(own);
    await person.getByLabel(repeat, { exact: true }).fill(own);
    await person.getByRole('button', { name: change }).click();
    await person.getByRole('banner').waitFor();
  });

  it('signs out of one device, then of all others', async () => {
    const others = [
      await signedIn(browser, username, speech, { password: own }),
      await signedIn(browser, username, speech, { password: own }),
    ];
    const stillIn = async () => {
      const answers = await Promise.all(others.map((page) => page.request.get('/v1/me')));
      return answers.filter((answer) => answer.ok()).length;
    };
    await openAccount(person);
    const devices = person.getByRole('listitem').filter({ hasText: 'Chrome' });
    await expect.poll(() => devices.count()).toBe(3);
    await person.getByRole('button', { name: texts.account.session.end, exact: true }).first().click();
    await expect.poll(() => devices.count()).toBe(2);
    await expect.poll(stillIn, { timeout: 10_000 }).toBe(1);
    await person.getByRole('button', { name: texts.account.session.endOthers }).click();
    await expect.poll(() => devices.count()).toBe(1);
    await expect.poll(stillIn, { timeout: 10_000 }).toBe(0);
    await others[0]?.goto('/customers');
    await others[0]?.getByLabel(texts.session.username).waitFor();
    for (const page of others) await page.context().close();
    expect((await person.request.get('/v1/me')).ok()).toBe(true);
  });

  it('puts up a picture, changes what is told of oneself, and takes the picture away', async () => {
    const profile = person.locator('.account .ant-card').filter({ hasText: texts.account.profile.title });
    const file = (text: string, buffer: Buffer) => ({ name: text, mimeType: 'image/png', buffer });
    await profile.locator('input[type=file]').setInputFiles(file('no.png', Buffer.from('%PDF-1.7')));
    await profile.getByRole('alert').getByText('PNG, JPEG, WebP').waitFor();
    await profile.locator('input[type=file]').setInputFiles(file('me.png', PIXEL));
    const picture = person.getByRole('banner').locator('img.avatar');
    await picture.waitFor();
    expect(await picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(256);
    await expectAccessible(person);

    await profile.getByLabel(texts.people.field.phone).fill('0571-88880000');
    await profile.getByRole('button', { name: texts.action.save }).click();
    await person.getByText(texts.account.profile.saved).waitFor();
    // Colleagues see it beside the name, in lists and where one is chosen.
    await admin.goto(`/people?query=${username}`);
    await admin.getByRole('row').filter({ hasText: name }).locator('img.avatar').waitFor();

    await profile.getByRole('button', { name: texts.picture.remove }).click();
    await picture.waitFor({ state: 'detached' });
    await person.getByRole('banner').locator('.avatar[data-letters=NL]').waitFor();
    await person.context().close();
    await admin.context().close();
  });
});
