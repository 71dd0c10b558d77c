import { Buffer } from 'node:buffer';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectAccessible } from './accessibility';
import { csrf, launch, signedIn, SPEECHES, telling, write } from './people';

/** More than the list loads at once, and a part of them. */
const FEW = 300;
/** So many that one is in time to cancel. */
const MANY = 4000;
const IMPORT_MS = 120_000;

const RUN = telling(7);
const EVERYONE = `Plover${RUN}`;
const SOME = `Alpine${RUN}`;

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
  const page = await signedIn(browser, 'admin', SPEECHES[0]);
  await fill(page);
  await page.context().close();
}, 2 * IMPORT_MS);

afterAll(async () => {
  await browser.close();
});

/** Imports the customers, some of them with a second word of their own. */
async function fill(page: Page): Promise<void> {
  const rows = Array.from({ length: MANY }, (_, row) => {
    const words = row < FEW ? `${EVERYONE} ${SOME}` : EVERYONE;
    return `${words} ${row},136${String(Number(RUN) + row).padStart(8, '0')}`;
  });
  const file = {
    name: 'many.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(['name,phone', ...rows].join('\n')),
  };
  const headers = { 'X-CSRF-Token': await csrf(page), 'Idempotency-Key': crypto.randomUUID() };
  const uploaded = await page.request.post('/v1/imports', { multipart: { file }, headers });
  const { id } = (await uploaded.json()) as { id: string };
  const becomes = (wanted: string) =>
    vi.waitFor(
      async () => {
        const { state } = (await (await page.request.get(`/v1/imports/${id}`)).json()) as { state: string };
        expect(state).toBe(wanted);
      },
      { timeout: IMPORT_MS, interval: 200 },
    );
  await becomes('READY');
  await write(page, `/v1/imports/${id}:run`, {});
  await becomes('SUCCEEDED');
}

describe.each(SPEECHES)('work on many customers in $language', (speech) => {
  const { locale, texts } = speech;
  const written = (count: number) => new Intl.NumberFormat(locale).format(count);
  let page: Page;
  let tag: { id: string; name: string };

  const grid = () => page.getByRole('grid');
  const toolbar = () => page.getByRole('toolbar');
  const card = () => page.getByRole('group', { name: texts.job.tag.replace('{{name}}', tag.name) });
  const find = async (word: string) => {
    await page.goto(`/customers?q=${word}`);
    await grid().getByRole('row').filter({ hasText: word }).first().waitFor();
  };
  const selectEverything = async (total: string) => {
    await page.getByRole('checkbox', { name: texts.selection.all }).check();
    await toolbar()
      .getByRole('button', { name: texts.selection.matching.replace('{{total}}', total) })
      .click();
    await toolbar().getByText(texts.selection.everything.replace('{{total}}', total)).waitFor();
  };
  const putTag = async () => {
    await toolbar().getByRole('button', { name: texts.bulk.tag }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').fill(tag.name);
    await page.locator('.ant-select-item-option', { hasText: tag.name }).click();
    await dialog.getByText(texts.bulk.behind).waitFor();
    await dialog.getByRole('button', { name: texts.bulk.tag }).click();
    await dialog.waitFor({ state: 'detached' });
  };

  it('gives those that are selected another owner, and takes it back', async () => {
    page = await signedIn(browser, 'admin', speech);
    tag = await write(page, '/v1/tags', { name: `Wader ${telling(7)}` });
    const { users } = (await (await page.request.get('/v1/users')).json()) as {
      users: { username: string; displayName: string }[];
    };
    const owner = users.find(({ username }) => username === 'rep3')?.displayName ?? '';
    await find(SOME);
    const rows = grid().getByRole('row').filter({ hasText: SOME });
    for (const place of [0, 1]) await rows.nth(place).getByRole('checkbox').check();
    await toolbar().getByRole('button', { name: texts.bulk.assign }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox').fill(owner);
    await page.locator('.ant-select-item-option', { hasText: owner }).click();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: texts.bulk.assign }).click();
    const done = texts.bulk.assigned.replace('{{changed}}', '2').replace('{{name}}', owner);
    await page.getByText(done).waitFor();
    const theirs = rows.filter({ has: page.getByTitle(owner) });
    await expect.poll(() => theirs.count()).toBe(2);
    await page.getByRole('button', { name: texts.bulk.undo }).click();
    await page.getByText(texts.bulk.undone).waitFor();
    await expect.poll(() => theirs.count()).toBe(0);
  });

  it('tags all that match, as many as there are, and undoes it', async () => {
    await find(SOME);
    await selectEverything(written(FEW));
    await putTag();
    await card().getByText(texts.job.state.SUCCEEDED).waitFor();
    const result = texts.job.result
      .replace('{{changed}}', written(FEW))
      .replace('{{unchanged}}', '0')
      .replace('{{refused}}', '0');
    await card().getByText(result).waitFor();
    const tagged = grid().getByRole('row').filter({ hasText: tag.name });
    await tagged.first().waitFor();
    await expectAccessible(page);
    await card().getByRole('button', { name: texts.bulk.undo }).click();
    await card().getByText(texts.job.state.UNDONE).waitFor();
    await tagged.first().waitFor({ state: 'detached' });
    await card().getByRole('button', { name: texts.job.close }).click();
  });

  it('stops in the middle when it is cancelled', async () => {
    await find(EVERYONE);
    await selectEverything(`${written(1000)}+`);
    await putTag();
    await card().getByRole('button', { name: texts.action.cancel }).click();
    await card().getByText(texts.job.state.CANCELLED).waitFor();
    const { tags } = (await (await page.request.get('/v1/tags?counts=true')).json()) as {
      tags: { id: string; customerCount?: number }[];
    };
    expect(tags.find(({ id }) => id === tag.id)?.customerCount).toBeLessThan(MANY);
    await page.context().close();
  });
});
