import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { enter, launch, signedIn, SPEECHES, telling, write } from './people';

/** A demo representative of that manager, by name. */
const REP1 = '\u738b\u9500\u552e';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});

afterAll(async () => {
  await browser.close();
});

describe.each(SPEECHES)('handing over in $language', (speech) => {
  const { texts } = speech;
  const run = telling(7);
  const name = `Gerald ${run}`;
  const customers: string[] = [];
  let admin: Page;

  const titled = (text: string) => text.replace('{{name}}', name);
  const dialog = () => admin.getByRole('dialog');
  const card = () => admin.getByRole('group', { name: titled(texts.job.handOver) });
  const work = async (label: string) => {
    await admin.getByRole('button', { name: titled(texts.people.menu) }).click();
    await admin.getByRole('menuitem', { name: label, exact: true }).click();
  };
  const ownerOf = async (id: string) => {
    const response = await admin.request.get(`/v1/customers/${id}`);
    return ((await response.json()) as { ownerId: string }).ownerId;
  };

  it('refuses to disable somebody who owns customers, and leads on', async () => {
    admin = await signedIn(browser, 'admin', speech);
    const account = { username: `gerald${run}`, displayName: name, roles: ['representative'] };
    const { user } = await write<{ user: { id: string } }>(admin, '/v1/users', { user: account });
    for (const [turn, regionCode] of ['330106', '110101'].entries()) {
      const phones = [{ number: `139${turn}${run}` }];
      const customer = { name: `Handed ${turn} ${run}`, type: 'ENTERPRISE', regionCode, phones };
      customers.push((await write<{ id: string }>(admin, '/v1/customers', customer)).id);
    }
    await write(admin, '/v1/customers:assign', { customerIds: customers, ownerId: user.id });
    await admin.goto(`/people?query=gerald${run}`);
    await work(texts.people.disable);
    await dialog().getByRole('button', { name: texts.people.disable }).click();
    const refusal = admin.getByRole('alert').filter({ hasText: '2' });
    await refusal.waitFor();
    await admin.getByRole('button', { name: texts.handover.open }).click();
    await dialog().getByText(titled(texts.handover.title)).waitFor();
  });

  it('says who would get how much', async () => {
    await dialog().getByText(texts.handover.way.region).click();
    await dialog().getByLabel(texts.handover.regionOf.replace('{{number}}', '1')).waitFor();
    await dialog().getByText(texts.handover.way.all).click();
    await dialog().getByRole('combobox', { name: texts.handover.receivers }).click();
    await admin.locator('.ant-select-item-option').first().click();
    await admin.keyboard.press('Escape');
    await dialog().getByRole('status').getByText('2').first().waitFor();
    await expectAccessible(admin);
  });

  it('goes on behind, and is undone', async () => {
    const start = texts.handover.start.replace('{{formatted}}', '2');
    await dialog().getByRole('button', { name: start }).click();
    await card().getByText(texts.job.state.SUCCEEDED).waitFor();
    const [first = ''] = customers;
    const given = await ownerOf(first);
    await card().getByRole('button', { name: texts.bulk.undo }).click();
    await card().getByText(texts.job.state.UNDONE).waitFor();
    expect(await ownerOf(first)).not.toBe(given);
  });

  it('is done by a manager for the own team', async () => {
    const manager = await enter(browser, 'manager1', speech);
    const number = `138${run}1`;
    const customer = { name: `Of the team ${run}`, type: 'ENTERPRISE', phones: [{ number }] };
    const { id } = await write<{ id: string }>(manager, '/v1/customers', customer);
    const { user } = (await (await manager.request.get('/v1/me')).json()) as {
      user: { displayName: string };
    };
    await manager.getByRole('link', { name: texts.team.title }).click();
    const handOver = `${texts.handover.open} ${user.displayName}`;
    await expectAccessible(manager);
    await manager.getByRole('button', { name: handOver }).click();
    await manager.getByRole('combobox', { name: texts.handover.receivers }).click();
    await manager.locator('.ant-select-item-option').first().waitFor();
    await manager.keyboard.type(REP1);
    await manager.keyboard.press('Enter');
    await manager.keyboard.press('Escape');
    await manager.getByRole('button', { name: startOf(texts.handover.start) }).click();
    const done = manager.getByRole('group', {
      name: texts.job.handOver.replace('{{name}}', user.displayName),
    });
    await done.getByText(texts.job.state.SUCCEEDED).waitFor();
    const customerNow = (await (await manager.request.get(`/v1/customers/${id}`)).json()) as {
      ownerId: string;
    };
    const me = (await (await manager.request.get('/v1/me')).json()) as { user: { id: string } };
    expect(customerNow.ownerId).not.toBe(me.user.id);
    await manager.context().close();
  });
});

/** Whatever the number is: others may have left customers there. */
function startOf(text: string): RegExp {
  const [before = ''] = text.split('{{formatted}}');
  return new RegExp(before.replace(/[()]/g, '\\$&'));
}
