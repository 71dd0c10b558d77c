import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { launch, signedIn, SPEECHES, telling, write } from './people';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

interface Department {
  id: string;
  parentId: string;
}

describe.each(SPEECHES)('departments in $language', (speech) => {
  const { texts } = speech;
  const run = telling(7);
  const [north, south] = [`North ${run}`, `South ${run}`];
  const ids: Record<string, string> = {};
  let admin: Page;
  let userId: string;

  const dialog = () => admin.getByRole('dialog');
  const read = async <T>(path: string) => (await (await admin.request.get(path)).json()) as T;
  const begin = async (name: string, work: string) => {
    await admin.locator('.department', { hasText: name }).getByRole('button').click();
    await admin.getByRole('menuitem', { name: work }).click();
  };
  const choose = async (name: string) => {
    await dialog().getByRole('combobox').fill(name);
    await admin.locator('.ant-select-tree-node-content-wrapper', { hasText: name }).click();
  };
  const preview = (text: string, people: string, departments: string, target: string) =>
    text.replace('{{people}}', people).replace('{{departments}}', departments).replace('{{target}}', target);

  it('one is moved below another, after it is said who goes along', async () => {
    admin = await signedIn(browser, 'admin', speech);
    for (const name of [north, south])
      ids[name] = (await write<Department>(admin, '/v1/departments', { name })).id;
    const account = { username: `ida${run}`, displayName: `Ida ${run}`, departmentId: ids[north] };
    userId = (await write<{ user: { id: string } }>(admin, '/v1/users', { user: account })).user.id;
    await admin.goto('/people');
    await begin(north, texts.department.work.move);
    await choose(south);
    await dialog()
      .getByText(preview(texts.department.movePreview, '1', '0', south))
      .waitFor();
    await expectAccessible(admin);
    await dialog().getByRole('button', { name: texts.department.move }).click();
    await dialog().waitFor({ state: 'detached' });
    const { departments } = await read<{ departments: Department[] }>('/v1/departments');
    expect(departments.find(({ id }) => id === ids[north])?.parentId).toBe(ids[south]);
  });

  it('one is merged into another: its people are there, and it is in no choice any more', async () => {
    // Below the other now, whose branch opens with the page.
    await admin.reload();
    await begin(north, texts.department.work.merge);
    await choose(south);
    await dialog()
      .getByText(preview(texts.department.mergePreview, '1', '0', south))
      .waitFor();
    await dialog().getByRole('button', { name: texts.department.merge }).click();
    await dialog().waitFor({ state: 'detached' });
    await admin.locator('.department', { hasText: north }).waitFor({ state: 'detached' });
    expect((await read<{ departmentId: string }>(`/v1/users/${userId}`)).departmentId).toBe(ids[south]);
    await admin.getByRole('tree').getByText(south).click();
    await admin
      .getByRole('row')
      .filter({ hasText: `Ida ${run}` })
      .waitFor();
  });

  it('somebody who moves alone takes the customers along, once that is wanted', async () => {
    const phones = [{ number: `139${telling(8)}` }];
    const customer = { name: `Left behind ${run}`, type: 'ENTERPRISE', phones };
    const { id } = await write<{ id: string }>(admin, '/v1/customers', customer);
    await write(admin, '/v1/customers:assign', { customerIds: [id], ownerId: userId });
    const departmentOf = async () =>
      (await read<{ departmentId: string }>(`/v1/customers/${id}`)).departmentId;
    const east = `East ${run}`;
    ids[east] = (await write<Department>(admin, '/v1/departments', { name: east })).id;
    await admin.goto(`/people?query=ida${run}`);
    await admin.getByRole('button', { name: texts.action.edit, exact: true }).click();
    await dialog().getByLabel(texts.people.field.departmentId).fill(east);
    await admin.locator('.ant-select-tree-node-content-wrapper', { hasText: east }).click();
    await dialog().getByRole('button', { name: texts.action.save }).click();
    await dialog()
      .getByText(texts.along.title.replace('{{name}}', `Ida ${run}`))
      .waitFor();
    expect(await departmentOf()).toBe(ids[south]);
    await expectAccessible(admin);
    await dialog().getByRole('button', { name: texts.along.take }).click();
    const card = admin.getByRole('group', { name: texts.job.along.replace('{{name}}', `Ida ${run}`) });
    await card.getByText(texts.job.state.SUCCEEDED).waitFor();
    expect(await departmentOf()).toBe(ids[east]);
    await card.getByRole('button', { name: texts.bulk.undo }).click();
    await card.getByText(texts.job.state.UNDONE).waitFor();
    expect(await departmentOf()).toBe(ids[south]);
    await admin.context().close();
  });
});
