import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { launch, signedIn, SPEECHES, telling, write } from './people';

/** Colours do not ask for the language, nor widths for the colours: two looks have all of them. */
const LOOKS = [
  { speech: SPEECHES[0], appearance: 'light', width: 1440 },
  { speech: SPEECHES[1], appearance: 'dark', width: 390 },
] as const;

const HOME = '/v1/reports/home';
const NO_FIGURES = {
  asOf: { caughtUp: true },
  customerCount: 0,
  newThisMonth: 0,
  followUpsToday: 0,
  overdue: 0,
  contactsThisWeek: 0,
  byRegion: [],
  byLevel: [],
  team: [],
};
/** Every list of the pages, and what it is when there is nothing in it. */
const LISTS = [
  { path: '/', api: HOME, nothing: NO_FIGURES },
  { path: '/customers', api: '/v1/customers', nothing: { customers: [], sharedToWrite: [] } },
  { path: '/customers/bin', api: '/v1/customers', nothing: { customers: [], sharedToWrite: [] } },
  { path: '/follow-ups', api: '/v1/followUps', nothing: { followUps: [] } },
  { path: '/interactions', api: '/v1/interactions', nothing: { interactions: [] } },
  { path: '/tags', api: '/v1/tagGroups', nothing: { tagGroups: [] } },
  { path: '/imports', api: '/v1/imports', nothing: { imports: [] } },
  { path: '/log', api: '/v1/operationLog', nothing: { operations: [] } },
  { path: '/dictionaries', api: '/v1/dictionaries', nothing: { dictionaries: [] } },
];

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

describe.each(LOOKS)('$appearance at $width px in $speech.language', ({ speech, appearance, width }) => {
  const { texts } = speech;
  const run = telling(7);
  const name = `Linnet ${run}`;
  let page: Page;
  let id: string;

  /** Opens a page and waits until it shows what it has to show. */
  const open = async (path: string, shown = 'main h1') => {
    await page.goto(path);
    await page.locator(shown).first().waitFor();
    await page.waitForFunction(() => document.querySelector('.waiting') === null);
  };
  const answerWith = (api: string, status: number, json: object) =>
    page.route(
      ({ pathname }) => pathname === api,
      (route) => route.fulfill({ status, json }),
    );

  it('reads well before and after signing in', async () => {
    page = await signedIn(browser, 'admin', speech, { width, appearance });
    const guest = await page.context().browser()?.newPage();
    await guest?.emulateMedia({ colorScheme: appearance });
    await guest?.goto(new URL('/sign-in', page.url()).href);
    await guest?.locator('#username').waitFor();
    if (guest) await expectAccessible(guest);
    await guest?.close();

    const body = { name, type: 'ENTERPRISE', level: 'vip', phones: [{ number: `133${run}0` }] };
    ({ id } = await write<{ id: string }>(page, '/v1/customers', body));
    await write(page, `/v1/customers/${id}/contacts`, { name: `Wren ${run}`, primary: true });
    await write(page, `/v1/customers/${id}/interactions`, {
      method: 'PHONE',
      subject: `Call ${run}`,
      occurTime: new Date().toISOString(),
      nextContactTime: new Date().toISOString(),
    });
    const tag = await write<{ id: string }>(page, '/v1/tags', { name: `Song ${run}`, color: '#f5222d' });
    await write(page, `/v1/customers/${id}/tags:set`, { tagIds: [tag.id] });
  });

  it.each(LISTS)('reads well at $path', async ({ path }) => {
    await open(path);
    await expectAccessible(page);
  });

  it('reads well in a record, its form and its dialogs', async () => {
    await open(`/customers/${id}`);
    await page.getByText(`Call ${run}`).first().waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: texts.action.edit }).first().click();
    await page.getByRole('dialog').getByRole('textbox', { name: texts.customer.field.email }).waitFor();
    await expectAccessible(page);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: texts.action.delete }).first().click();
    await page.getByRole('dialog').getByText(texts.record.hangs).waitFor();
    await expectAccessible(page);
  });

  it('moves nothing for who asks for that', async () => {
    await open(`/customers/${id}`);
    await page.evaluate(() => {
      const moved: string[] = [];
      Reflect.set(window, 'moved', moved);
      document.addEventListener('transitionrun', ({ target, propertyName }) => {
        if (target instanceof Element && target.closest('.ant-drawer')) moved.push(propertyName);
      });
    });
    await page.getByRole('button', { name: texts.action.edit }).first().click();
    await page.getByRole('dialog').getByRole('textbox', { name: texts.customer.field.email }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => Reflect.get(window, 'moved') as unknown)).toEqual([]);
  });

  it.each(LISTS)('reads well at $path where there is nothing', async ({ path, api, nothing }) => {
    await answerWith(api, 200, { nextPageToken: '', ...nothing });
    if (api.endsWith('Groups')) await answerWith('/v1/tags', 200, { tags: [] });
    await open(path);
    await expectAccessible(page);
    await page.unrouteAll();
  });

  it.each([...LISTS, { path: '/customers/of-nobody', api: '/v1/customers/of-nobody' }])(
    'reads well at $path where the server fails',
    async ({ path, api }) => {
      const problem = {
        type: 'about:blank',
        status: 500,
        code: 'INTERNAL',
        title: 'Failed',
        traceId: 'a1b2c3',
      };
      await answerWith(api, 500, problem);
      await open(path, '[role=alert]');
      await page.getByRole('button', { name: texts.action.retry }).first().waitFor();
      await expectAccessible(page);
      await page.unrouteAll();
    },
  );

  it('reads well where there is no such page', async () => {
    await open('/nowhere');
    await page.getByRole('heading', { name: texts.notFound.title }).waitFor();
    await expectAccessible(page);
    await page.context().close();
  });
});
