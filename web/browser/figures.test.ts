import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { enter, figure, launch, type Speech, SPEECHES, telling, write } from './people';

const DAY_MS = 24 * 60 * 60 * 1000;
/** Rows that the list shows at first. */
const PAGE_SIZE = 20;

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

/** A customer to be contacted so many days from now. */
async function due(page: Page, name: string, days: number): Promise<string> {
  const phones = [{ number: `132${telling(8)}` }];
  const { id } = await write<{ id: string }>(page, '/v1/customers', { name, type: 'ENTERPRISE', phones });
  await write(page, `/v1/customers/${id}/interactions`, {
    method: 'PHONE',
    subject: name,
    occurTime: new Date().toISOString(),
    nextContactTime: new Date(Date.now() + days * DAY_MS).toISOString(),
  });
  return id;
}

/** The customers of the follow-ups that are overdue. */
async function overdueOnes(page: Page, query = ''): Promise<string[]> {
  const response = await page.request.get(`/v1/followUps?due=OVERDUE&pageSize=500${query}`);
  const { followUps } = (await response.json()) as { followUps: { customerId: string }[] };
  return followUps.map(({ customerId }) => customerId);
}

describe.each(SPEECHES)('the figures of a representative in $language', (speech) => {
  const { texts } = speech;
  const run = telling(7);
  const [own, shared] = [`Plover ${run}`, `Dunlin ${run}`];
  const label = texts.home.figure.overdue;

  it('lead to as many rows as they say, and from there to what is shared', async () => {
    const [owner, page] = await Promise.all([enter(browser, 'rep3', speech), enter(browser, 'rep1', speech)]);
    const me = (await (await page.request.get('/v1/me')).json()) as { user: { id: string } };
    await due(page, own, -1);
    const id = await due(owner, shared, -1);
    await write(owner, `/v1/customers/${id}/shares`, { userId: me.user.id, access: 'READ' });
    await owner.context().close();
    await expect.poll(() => overdueOnes(page), { timeout: 30_000 }).toContain(id);
    const { length: count } = await overdueOnes(page, '&own=true');
    await page.goto('/');
    await expect.poll(() => figure(page, label), { timeout: 30_000 }).toBe(count);
    await page.getByRole('group', { name: label, exact: true }).getByRole('link').click();
    await page.waitForURL('**/follow-ups?due=OVERDUE&own=true');
    const list = page.getByRole('tabpanel');
    // Calling is a link of its own, which has the name in it, too.
    const named = (name: string) => list.getByRole('link', { name, exact: true });
    await named(own).waitFor();
    expect(await list.getByRole('listitem').count()).toBe(Math.min(count, PAGE_SIZE));
    expect(await named(shared).count()).toBe(0);
    await expectAccessible(page);
    // It shows what the address says, which changes a moment later.
    await page.getByRole('checkbox', { name: texts.list.ownAlone }).click();
    await named(shared).waitFor();
    expect(new URL(page.url()).searchParams.has('own')).toBe(false);

    await page.goto('/');
    await page
      .getByRole('group', { name: texts.home.figure.customerCount, exact: true })
      .getByRole('link')
      .click();
    await page.waitForURL((url) => url.searchParams.get('filter') === `ownerId:in:${me.user.id}`);
    await page.getByRole('row').filter({ hasText: own }).waitFor();
    expect(await page.getByRole('row').filter({ hasText: shared }).count()).toBe(0);
    await page.context().close();
  });
});

describe.each(SPEECHES)('the home page of a service agent in $language', (speech) => {
  const { texts } = speech;
  const name = `Whimbrel ${telling(7)}`;

  it("shows the own customers' follow-ups beside their figures, and everybody's behind them", async () => {
    const [owner, page] = await Promise.all([
      enter(browser, 'rep1', speech),
      enter(browser, 'service1', speech),
    ]);
    await due(owner, name, 0);
    await owner.context().close();
    await page.goto('/');
    await page.getByText(texts.followUp.empty.TODAY, { exact: true }).waitFor();
    await expect.poll(() => figure(page, texts.home.figure.followUpsToday), { timeout: 30_000 }).toBe(0);
    await page.getByRole('link', { name: texts.list.everything, exact: true }).first().click();
    await page.waitForURL('**/follow-ups?due=TODAY&own=true');
    await page.getByText(texts.followUp.empty.TODAY, { exact: true }).waitFor();
    await page.getByRole('checkbox', { name: texts.list.ownAlone }).click();
    await page.getByRole('tabpanel').getByRole('listitem').first().waitFor();
    await page.context().close();
  });
});

interface Rights {
  /** How far contact records and follow-ups are read; all else, everywhere. */
  interactions: 'ALL' | 'OWN';
  fieldRules?: { field: string; rule: string }[];
}

/** The home page of somebody new with a role of their own, while a customer is overdue. */
async function newcomer(
  speech: Speech,
  name: string,
  { interactions, fieldRules = [] }: Rights,
): Promise<Page> {
  const run = telling(7);
  const username = `${name.toLowerCase()}${run}`;
  const [password, newPassword] = [`quiet orange ${run} lantern`, `seven green ${run} umbrellas`];
  const admin = await enter(browser, 'admin', speech);
  const scopes = [
    ['customer.read', 'ALL'],
    ['interaction.read', interactions],
    ['report.read', 'ALL'],
    ['people.read', 'ALL'],
  ];
  const grants = scopes.map(([operation, scope]) => ({ operation, scope }));
  const body = { labelZh: `${name} ${run}`, grants, fieldRules };
  const role = await write<{ code: string }>(admin, '/v1/roles', body);
  const user = { username, displayName: `${name} ${run}`, roles: [role.code] };
  await write(admin, '/v1/users', { user, password });
  await due(admin, `${name} ${run}`, -1);
  await admin.context().close();

  const page = await enter(browser, username, speech, { password, firstTime: true });
  await page.getByLabel(speech.texts.account.password.current, { exact: true }).waitFor();
  await write(page, '/v1/me:changePassword', { currentPassword: password, newPassword });
  await page.goto('/');
  return page;
}

describe.each(SPEECHES)('figures of what is hidden in $language', (speech) => {
  const { texts } = speech;

  it('stand nowhere, nor do the lists behind them', async () => {
    const fieldRules = [{ field: 'interaction.nextContactTime', rule: 'HIDDEN' }];
    const page = await newcomer(speech, 'Curlew', { interactions: 'ALL', fieldRules });
    const shown = (name: string) => page.getByRole('group', { name, exact: true });
    await shown(texts.home.figure.customerCount).waitFor();
    for (const name of [texts.home.figure.followUpsToday, texts.home.figure.overdue])
      expect(await shown(name).count()).toBe(0);
    for (const name of [texts.menu.followUps, texts.list.everything])
      expect(await page.getByRole('link', { name, exact: true }).count()).toBe(0);
    await page.context().close();
  });
});

describe.each(SPEECHES)('figures of more than the lists show in $language', (speech) => {
  const { texts } = speech;

  it('lead nowhere', async () => {
    const page = await newcomer(speech, 'Godwit', { interactions: 'OWN' });
    const shown = (name: string) => page.getByRole('group', { name, exact: true });
    // Of customers both reach everything, of follow-ups the list does not.
    await shown(texts.home.figure.customerCount).getByRole('link').waitFor();
    await shown(texts.home.figure.overdue).waitFor();
    expect(await shown(texts.home.figure.overdue).getByRole('link').count()).toBe(0);
    await expectAccessible(page);
    await page.context().close();
  });
});
