import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import {
  byPassword,
  byProvider,
  CHINESE,
  COOKIE,
  ENGLISH,
  Program,
  providerButton,
  signOut,
  usernameOf,
  World,
} from './by-provider';
import { setting, SPEECHES } from './people';
import { refusals } from './provider-refusals';
import { codeOf } from './totp';

const world = new World();

beforeAll(() => world.begin());

afterAll(() => world.end());

describe('sign-in by a provider', () => {
  it('leaves passwords working while the provider is away', async () => {
    const page = await world.open('/', CHINESE);
    await page.getByRole('button', { name: providerButton(CHINESE) }).click();
    await page.getByRole('alert').getByText('无法连接登录服务商').waitFor();
    await expectAccessible(page);
    await byPassword(page, 'rep1', CHINESE);
    await page.context().close();
    await world.start({ emailInToken: true });
  });

  it.each(SPEECHES)('leads to the page that was asked for, in $language', async (speech) => {
    const username = speech === CHINESE ? 'rep1' : 'rep2';
    const subject = await world.introduce(username);
    const page = await world.open('/follow-ups?asked=1', speech);
    await byProvider(page, subject, speech);
    await page.waitForURL('**/follow-ups?asked=1');
    await page.getByRole('banner').waitFor();
    expect(await usernameOf(page)).toBe(username);
    // Cookies as after a sign-in by password, and nothing left of the way.
    const cookies = await page.context().cookies();
    const session = cookies.find(({ name }) => name === '__Host-cims-session');
    expect(session).toMatchObject({ httpOnly: true, secure: true, sameSite: 'Strict' });
    expect(cookies.map(({ name }) => name)).not.toContain(COOKIE);

    await page.goto('/account');
    await page.getByText(speech.texts.account.external.linked, { exact: true }).waitFor();
    await expectAccessible(page);
    await page.context().close();
    const kinds = await world.admin.signInKinds(username);
    expect(kinds.slice(0, 2).sort()).toEqual(['EXTERNAL_LINKED', 'SIGNED_IN']);
  });

  it.each(SPEECHES)('signs out there, too, in $language', async (speech) => {
    const username = speech === CHINESE ? 'rep1' : 'rep2';
    const subject = await world.introduce(username);
    const page = await world.enter(subject, username, speech);
    await signOut(page, speech);
    const there = `${setting('CIMS_PROVIDER_ISSUER')}/session/end?`;
    await page.waitForURL((url) => url.href.startsWith(there));
    // Signed out here already, whatever one answers there.
    expect((await page.request.get(`${setting('CIMS_BY_PROVIDER_URL')}/v1/me`)).status()).toBe(401);
    await page.locator('button[name=logout]').click();
    await page.waitForURL(`${setting('CIMS_BY_PROVIDER_URL')}/sign-in`);
    await page.getByLabel(speech.texts.session.username).waitFor();
    // Nobody is known there any more: who one is is asked for anew.
    await byProvider(page, subject, speech);
    await page.getByRole('banner').waitFor();
    await page.context().close();
  });

  it('stays here where no provider signed in, or it has no page to sign out', async () => {
    const byOneself = await world.open('/', CHINESE);
    await byPassword(byOneself, 'rep1', CHINESE);
    await world.start({ emailInToken: true, signsOut: false });
    const byWord = await world.enter('subject-of-rep1', 'rep1');
    for (const page of [byOneself, byWord]) {
      const told = page.waitForResponse('**/v1/me/externalSignOut');
      await signOut(page, CHINESE);
      expect(await (await told).json()).toEqual({ url: '' });
      await page.getByLabel(CHINESE.texts.session.username).waitFor();
      expect(page.url().startsWith(`${setting('CIMS_BY_PROVIDER_URL')}/sign-in`)).toBe(true);
      await page.context().close();
    }
  });

  it('knows somebody again whose e-mail has changed, and the provider with another key', async () => {
    await world.start({ emailInToken: false });
    world.people.set('subject-of-rep1', { email: 'another@example.com' });
    await (await world.enter('subject-of-rep1', 'rep1')).context().close();
  });

  it('asks for an e-mail that does not stand in the token', async () => {
    await (await world.enter(await world.introduce('exec1'), 'exec1')).context().close();
  });

  it('asks for the second factor of CIMS where the provider has asked for none, and links after it', async () => {
    const subject = await world.introduce('marketing1');
    const person = await Program.signIn('marketing1');
    const password = setting('CIMS_BY_PROVIDER_PASSWORD');
    const enrolment = await person.send<{ secret: string }>('POST', '/v1/me/secondFactor:enrol', {
      password,
    });
    const code = codeOf(enrolment.secret, Date.now());
    const { codes } = await person.send<{ codes: string[] }>('POST', '/v1/me/secondFactor:confirm', { code });
    for (const recoveryCode of codes.slice(0, 2)) {
      const page = await world.open('/follow-ups', ENGLISH);
      await byProvider(page, subject, ENGLISH);
      await page.getByLabel(ENGLISH.texts.session.code).fill(recoveryCode);
      await page.getByRole('button', { name: ENGLISH.texts.session.verify }).click();
      await page.waitForURL('**/follow-ups');
      await page.getByRole('banner').waitFor();
      expect(await usernameOf(page)).toBe('marketing1');
      await page.context().close();
      // The second time it is the subject that counts.
      world.people.set(subject, { email: 'moved@example.com' });
    }
  });

  it('does not ask for another password of whom no password signed in', async () => {
    const user = { username: 'newcomer', displayName: '新同事', roles: ['representative'] };
    await world.admin.send('POST', '/v1/users', { user });
    const page = await world.enter(await world.introduce('newcomer'), 'newcomer');
    await page.getByRole('navigation', { name: CHINESE.texts.app.menu }).waitFor();
    await page.context().close();
  });

  it('is unlinked by an administrator, which signs the person out', async () => {
    const person = await world.enter('subject-of-rep2', 'rep2');
    const { texts } = CHINESE;
    const page = await world.open('/people?query=rep2', CHINESE);
    await byPassword(page, 'admin', CHINESE);
    await page.getByRole('button', { name: texts.action.edit }).first().click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText(setting('CIMS_PROVIDER_ISSUER')).waitFor();
    await expectAccessible(page);
    await drawer.getByRole('button', { name: texts.people.unlink }).click();
    await page.getByRole('tooltip').getByRole('button', { name: texts.people.unlink }).click();
    await drawer.getByText(setting('CIMS_PROVIDER_ISSUER')).waitFor({ state: 'detached' });
    await page.context().close();

    await person.reload();
    await person.getByLabel(texts.session.username).waitFor();
    await person.context().close();
    expect(await world.admin.signInKinds('rep2')).toContain('EXTERNAL_UNLINKED');
    // Whoever has another address meanwhile is not known any more.
    world.people.set('subject-of-rep2', { email: 'stranger@example.com' });
    await world.expectRefused('subject-of-rep2', '没有使用这个邮箱的 CIMS 账号');
  });

  refusals(world);
});
