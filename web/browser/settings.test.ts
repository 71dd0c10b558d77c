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

describe.each(SPEECHES)('dictionaries and logs in $language', (speech) => {
  const { texts, locale } = speech;
  const run = telling(7);
  const [zh, en, renamed] = [`金牌${run}`, `Gold ${run}`, `Platinum ${run}`];
  const [name, after] = locale === 'en' ? [en, renamed] : [zh, zh];
  let admin: Page;

  const drawer = () => admin.getByRole('dialog');
  const entry = (text: string) => admin.getByRole('listitem').filter({ hasText: text });
  const save = async () => {
    await drawer().getByRole('button', { name: texts.action.save }).click();
    await drawer().waitFor({ state: 'detached' });
  };

  it('the administrator adds a level, and forms offer it', async () => {
    admin = await enter(browser, 'admin', speech);
    await openLevels();
    await admin.getByRole('button', { name: texts.dictionary.create }).click();
    await drawer().getByLabel(texts.dictionary.field.labelZh).fill(zh);
    await drawer().getByLabel(texts.dictionary.field.labelEn).fill(en);
    await drawer().getByLabel(texts.dictionary.field.code).fill(`gold${run}`);
    await expectAccessible(admin);
    await save();
    await entry(name).waitFor();
    await expectAccessible(admin);
    expect(await offered()).toContain(name);
  });

  it('renames it, retires it, and forms offer it no more', async () => {
    await openLevels();
    await entry(name).getByRole('button', { name: texts.dictionary.rename, exact: true }).click();
    await drawer().getByLabel(texts.dictionary.field.labelEn).fill(renamed);
    await save();
    await entry(after).getByRole('button', { name: texts.dictionary.retire, exact: true }).click();
    await drawer().getByRole('button', { name: texts.dictionary.retire, exact: true }).click();
    await entry(after).getByText(texts.dictionary.retired, { exact: true }).waitFor();
    expect(await offered()).not.toContain(after);
  });

  it('shows events on their way, and that none was set aside', async () => {
    await admin.getByRole('link', { name: texts.menu.deliveries }).click();
    await admin.getByRole('heading', { name: texts.delivery.title, level: 1 }).waitFor();
    const reports = admin.getByRole('row').filter({ hasText: texts.delivery.service.reporting });
    await reports.getByText(texts.delivery.state.fine, { exact: true }).waitFor();
    await expectAccessible(admin);
    await reports.getByRole('button', { name: texts.delivery.service.reporting }).click();
    await drawer().getByText(texts.delivery.noLetters, { exact: true }).waitFor();
    await expectAccessible(admin);
    await admin.keyboard.press('Escape');
    await drawer().waitFor({ state: 'detached' });
  });

  it('says which services did not answer', async () => {
    const deliveries = ({ pathname }: URL) => pathname === '/v1/deliveries';
    await admin.route(deliveries, async (route) => {
      const response = await route.fetch();
      const answer = (await response.json()) as object;
      await route.fulfill({ response, json: { ...answer, unreachable: ['reporting', 'tagging'] } });
    });
    const { reporting, tagging } = texts.delivery.service;
    const names = [reporting, tagging].join(texts.app.listSeparator);
    await admin.reload();
    await admin
      .getByRole('alert')
      .getByText(texts.delivery.unreachable.replace('{{names}}', names))
      .waitFor();
    await expectAccessible(admin);
    await admin.unrouteAll({ behavior: 'wait' });
  });

  it('deletes what no customer has, and the log says who did it all', async () => {
    await openLevels();
    await entry(after).getByRole('button', { name: texts.action.delete }).click();
    await drawer().getByRole('button', { name: texts.action.delete }).click();
    await entry(after).waitFor({ state: 'detached' });
    await admin.getByRole('link', { name: texts.menu.log }).click();
    const rows = admin.getByRole('row').filter({ hasText: texts.log.noun.item });
    for (const verb of [texts.log.verb.created, texts.log.verb.updated, texts.log.verb.deleted])
      await rows.filter({ hasText: verb }).first().waitFor();
    await admin.getByRole('tab', { name: texts.log.signIns }).click();
    await admin.getByRole('row').filter({ hasText: texts.log.kind.SIGNED_IN }).first().waitFor();
    await expectAccessible(admin);
  });

  it('says in the log why dead letters were dropped', async () => {
    const because = `Of a test ${run}`;
    const dropped = {
      id: crypto.randomUUID(),
      type: 'delivery.deadLetter.dropped.v1',
      time: new Date().toISOString(),
      actorId: '',
      address: '',
      recordType: 'delivery.deadLetter',
      recordId: crypto.randomUUID(),
      parentId: '',
      changedFields: ['consumer', 'letters', 'reason'],
      reason: because,
    };
    await admin.route(
      ({ pathname }) => pathname === '/v1/operationLog',
      (route) => route.fulfill({ json: { operations: [dropped], nextPageToken: '' } }),
    );
    await admin.goto('/log');
    const row = admin.getByRole('row').filter({ hasText: texts.log.verb.dropped });
    await row.getByText(texts.log.because.replace('{{reason}}', because)).waitFor();
    // From the command line.
    await row.getByText(texts.history.system, { exact: true }).waitFor();
    await admin.context().close();
  });

  async function openLevels() {
    await admin.getByRole('link', { name: texts.menu.dictionaries }).click();
    await admin.getByRole('menuitem', { name: texts.dictionary.name.level }).click();
    await admin.getByRole('heading', { name: texts.dictionary.name.level }).waitFor();
  }

  /** The levels that the form of a new customer offers. */
  async function offered(): Promise<string> {
    await admin.goto('/customers');
    await admin.getByRole('button', { name: texts.customer.create }).first().click();
    await drawer().getByRole('combobox', { name: texts.customer.field.level }).click();
    await admin.locator('.ant-select-item-option').first().waitFor();
    const options = await admin.locator('.ant-select-item-option').allInnerTexts();
    await admin.goto('/customers');
    return options.join('\n');
  }
});
