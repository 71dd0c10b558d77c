import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { enter, figure, launch, SPEECHES, telling, write } from './people';

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

/** A customer who should have been contacted yesterday. */
async function overdue(page: Page, name: string): Promise<string> {
  const phones = [{ number: `132${telling(8)}` }];
  const { id } = await write<{ id: string }>(page, '/v1/customers', { name, type: 'ENTERPRISE', phones });
  await write(page, `/v1/customers/${id}/interactions`, {
    method: 'PHONE',
    subject: name,
    occurTime: new Date().toISOString(),
    nextContactTime: new Date(Date.now() - DAY_MS).toISOString(),
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
    await overdue(page, own);
    const id = await overdue(owner, shared);
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
