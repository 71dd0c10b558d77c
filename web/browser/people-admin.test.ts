import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { enter, launch, SPEECHES, telling } from './people';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

describe.each(SPEECHES)('people and roles in $language', (speech) => {
  const { texts } = speech;
  const run = telling(7);
  const [department, role, username, name] = [
    `North ${run}`,
    `Telesales ${run}`,
    `tele${run}`,
    `Erica ${run}`,
  ];
  let admin: Page;
  let password: string;

  const drawer = () => admin.getByRole('dialog');
  const save = () => drawer().getByRole('button', { name: texts.action.save }).click();
  const gone = () => drawer().waitFor({ state: 'detached' });

  it('the administrator founds a department below another', async () => {
    admin = await enter(browser, 'admin', speech);
    await admin.getByRole('link', { name: texts.menu.people }).click();
    const tree = admin.getByRole('tree', { name: texts.department.title });
    await tree.getByRole('button').first().click();
    await admin.getByRole('menuitem', { name: texts.department.work.create }).click();
    await drawer().getByLabel(texts.department.field.name).fill(department);
    await drawer().getByRole('switch').click();
    await save();
    await gone();
    await tree.getByText(department).waitFor();
    await tree.locator('.department', { hasText: department }).getByText(texts.department.partner).waitFor();
    await expectAccessible(admin);
  });

  it('copies the role of representatives and takes the import from the copy', async () => {
    await admin.getByRole('link', { name: texts.menu.roles }).click();
    const original = admin.getByRole('listitem').filter({ hasText: texts.role.representative });
    await original.getByText(texts.role.builtIn).waitFor();
    await original.getByRole('button', { name: texts.role.copy }).click();
    await drawer().getByLabel(texts.role.field.labelZh, { exact: true }).fill(role);
    await save();
    await admin.getByRole('heading', { name: role }).waitFor();
    const imports = admin
      .getByRole('region', { name: importObject(), exact: true })
      .getByRole('checkbox')
      .first();
    await imports.uncheck();
    await expectAccessible(admin);
    await admin.getByRole('button', { name: texts.action.save }).click();
    await drawer().getByText(texts.role.nobodyAffected).waitFor();
    await save();
    await gone();
    expect(await imports.isChecked()).toBe(false);
  });

  it('makes an account with it, whose password is shown once', async () => {
    await admin.getByRole('link', { name: texts.menu.people }).click();
    await admin.getByRole('tree').getByText(department).click();
    await admin.getByText(texts.people.nobody).waitFor();
    await admin.getByRole('button', { name: texts.people.create }).click();
    await drawer().getByLabel(texts.people.field.username).fill(username);
    await drawer().getByLabel(texts.people.field.displayName, { exact: true }).fill(name);
    await drawer().getByRole('combobox', { name: texts.people.field.roles }).fill(role);
    await admin.keyboard.press('Enter');
    await drawer().getByLabel(texts.people.field.email).fill('erica@example.com');
    await save();
    const shown = admin.getByRole('dialog').filter({ hasText: texts.people.passwordOnce });
    password = (await shown.locator('code').innerText()).trim();
    expect(password.length).toBeGreaterThanOrEqual(12);
    await shown.getByRole('button', { name: texts.people.passwordKept }).click();
    const row = admin.getByRole('row').filter({ hasText: name });
    await row.getByText(role).waitFor();
    await row.getByText(texts.people.never).waitFor();
  });

  it('that person signs in, sees what the role gives, and is told why the rest is refused', async () => {
    const person = await enterFirst();
    const menu = person.getByRole('navigation', { name: texts.app.menu });
    await menu.getByRole('link', { name: texts.menu.customers }).waitFor();
    for (const missing of [texts.menu.imports, texts.menu.people, texts.menu.roles])
      expect(await menu.getByRole('link', { name: missing }).count()).toBe(0);
    await person.getByRole('button', { name: texts.app.userMenu.replace('{{name}}', name) }).click();
    await person.getByText(role).waitFor();

    const asked: string[] = [];
    person.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await person.goto('/imports');
    await person.getByRole('alert').getByText(texts.failure.notOpen).waitFor();
    expect(asked).not.toContain('/v1/imports');

    await person.goto('/people?disabled=true');
    await person.getByRole('button', { name: texts.failure.why }).click();
    const why = person.getByRole('group', { name: texts.explain.title });
    await why.getByText(texts.explain.decision.NOT_GRANTED).waitFor();
    await why.getByText(texts.role.administrator).waitFor();
    await expectAccessible(person);
    await person.context().close();
  });

  it('the administrator sees what the person may do and which role gives it', async () => {
    const row = admin.getByRole('row').filter({ hasText: name });
    await row.getByRole('button', { name: texts.people.menu.replace('{{name}}', name) }).click();
    await admin.getByRole('menuitem', { name: texts.people.effective }).click();
    await admin.getByRole('cell', { name: texts.role.scope.OWN_AND_SHARED, exact: true }).first().waitFor();
    await admin.getByRole('cell', { name: role, exact: true }).first().waitFor();
    expect(await admin.getByRole('cell', { name: `${importObject()}${texts.app.colon}` }).count()).toBe(0);
    await expectAccessible(admin);
  });

  it('a role that goes says first who loses what', async () => {
    await admin.getByRole('tab', { name: texts.role.title, exact: true }).click();
    const own = admin.getByRole('listitem').filter({ hasText: role });
    await own.getByRole('button', { name: texts.action.delete }).click();
    await drawer().getByText(name, { exact: true }).waitFor();
    await drawer().getByText(texts.role.loses, { exact: true }).first().waitFor();
    await drawer().getByRole('button', { name: texts.action.cancel }).click();
    await gone();
  });

  it('the last administrator cannot lose the right to manage', async () => {
    await admin.goto('/people?query=admin');
    await admin.getByRole('row').filter({ hasText: 'admin' }).getByRole('button').first().click();
    await drawer().getByRole('combobox', { name: texts.people.field.roles }).press('Backspace');
    await drawer().getByRole('alert').filter({ hasText: texts.role.lastAdministrator }).waitFor();
    const refused = admin.waitForResponse((response) => response.request().method() === 'PATCH');
    await save();
    expect((await refused).status()).toBe(422);
    await drawer().locator('.form-failure').getByRole('alert').waitFor();
    await admin.context().close();
  });

  /** The first sign-in: what was given is good for choosing another password, and for nothing else. */
  async function enterFirst(): Promise<Page> {
    const person = await enter(browser, username, speech, { password, firstTime: true });
    const { current, new: chosen, repeat, change } = texts.account.password;
    const own = `correct horse ${run} battery`;
    await person.getByLabel(current, { exact: true }).fill(password);
    await person.getByLabel(chosen, { exact: true }).fill(own);
    await person.getByLabel(repeat, { exact: true }).fill(own);
    await person.getByRole('button', { name: change }).click();
    await person.getByRole('banner').waitFor();
    return person;
  }

  /** As the server calls it: what is imported, in the catalogue of operations. */
  function importObject(): string {
    return texts.menu.imports;
  }
});
