import { expect, it } from 'vitest';
import { expectAccessible } from './accessibility';
import { byProvider, CHINESE, COOKIE, ENGLISH, providerButton, type World } from './by-provider';
import { setting } from './people';

const REFUSED = [
  {
    what: 'an e-mail that no account has',
    known: { email: 'stranger@example.com' },
    zh: '没有使用这个邮箱的 CIMS 账号',
    en: 'No account of CIMS has this e-mail address',
  },
  {
    what: 'an e-mail that is not verified',
    known: { email: 'manager1@example.com', verified: false },
    zh: '登录服务商没有验证您的邮箱',
    en: 'The sign-in provider has not verified your e-mail address',
  },
  {
    what: 'an e-mail of several accounts',
    known: { email: 'shared@example.com' },
    zh: '有多个 CIMS 账号使用这个邮箱',
    en: 'More than one account of CIMS has this e-mail address',
  },
  {
    what: 'the e-mail of somebody who is linked',
    known: { email: 'manager1@example.com' },
    zh: '这个账号已绑定登录服务商的另一个用户',
    en: 'This account is linked with somebody else at the sign-in provider',
  },
];

/** What is refused, as tests of the file that calls it: CIMS and provider are one for all of them. */
export function refusals(world: World): void {
  it.each(REFUSED)('refuses $what', async ({ what, known, zh, en }) => {
    await (await world.enter(await world.introduce('manager1'), 'manager1')).context().close();
    await world.admin.changeEmail('rep3', 'shared@example.com');
    await world.admin.changeEmail('service1', 'shared@example.com');
    world.people.set(what, known);
    for (const speech of [CHINESE, ENGLISH]) {
      const page = await world.open('/customers', speech);
      await byProvider(page, what, speech);
      await page
        .getByRole('alert')
        .getByText(speech === CHINESE ? zh : en)
        .waitFor();
      await expectAccessible(page);
      // Not signed in, and the way back keeps what was asked for.
      await page.getByRole('link', { name: speech.texts.session.toSignIn }).click();
      await page.waitForURL('**/sign-in?from=%2Fcustomers');
      await page.context().close();
    }
  });

  it('refuses a disabled person, linked or not', async () => {
    const subject = await world.introduce('manager2');
    await (await world.enter(subject, 'manager2')).context().close();
    await world.admin.act('manager2', 'disable');
    await world.expectRefused(subject, '您的账号已停用');
    world.people.set('successor of manager2', { email: 'manager2@example.com' });
    await world.expectRefused('successor of manager2', '没有使用这个邮箱的 CIMS 账号');
    expect((await world.admin.signInKinds('manager2'))[0]).toBe('FAILED');
    await world.admin.act('manager2', 'enable');
  });

  it('refuses a sign-in that was cancelled there', async () => {
    const page = await world.open('/', CHINESE);
    await page.getByRole('button', { name: providerButton(CHINESE) }).click();
    await page.getByRole('link', { name: /cancel/i }).click();
    await page.getByRole('alert').getByText(CHINESE.texts.session.providerRefused).waitFor();
    await page.context().close();
  });

  it('keeps out whom wrong passwords have locked out', async () => {
    const subject = await world.introduce('service1');
    await (await world.enter(subject, 'service1')).context().close();
    for (let turn = 0; turn < 5; turn += 1)
      await fetch(`${setting('CIMS_BY_PROVIDER_URL')}/v1/sessions`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ username: 'service1', password: 'not the password' }),
      });
    await world.expectRefused(subject, '登录失败次数过多');
  });

  it('takes what came back once, and from the browser that went alone', async () => {
    const subject = await world.introduce('manager1');
    const page = await world.open('/', CHINESE);
    // Caught on its way: what comes back is shown by hand.
    const finish = '**/v1/externalSignIn:finish';
    await page.route(finish, (route) => route.abort());
    const sent = page.waitForRequest(finish);
    await byProvider(page, subject, CHINESE);
    const body = (await sent).postDataJSON() as { code: string; state: string };
    const cookieOf = async (context: ReturnType<typeof page.context>) =>
      (await context.cookies()).find(({ name }) => name === COOKIE)?.value ?? '';
    const own = await cookieOf(page.context());
    expect(own).not.toBe('');

    const other = await world.open('/', CHINESE);
    const begun = await other.request.post('/v1/externalSignIn:begin', { data: {} });
    expect(await begun.json()).toMatchObject({ browser: '' });
    const foreign = await cookieOf(other.context());
    expect(foreign).not.toBe('');
    for (const cookie of [undefined, '', foreign])
      expect(await show(body, own, cookie)).toMatchObject({ status: 401, code: 'EXTERNAL_EXPIRED' });
    expect(await show(body, own, own)).toMatchObject({ status: 201, user: { username: 'manager1' } });
    expect(await show(body, own, own)).toMatchObject({ status: 401, code: 'EXTERNAL_EXPIRED' });

    // A link with somebody else's code and state signs nobody in.
    await other.goto(`/sign-in/callback?code=${body.code}&state=${body.state}`);
    await other.getByRole('alert').waitFor();
    await other.goto('/');
    await other.getByLabel(CHINESE.texts.session.username).waitFor();
    await other.context().close();
    await page.context().close();
  });
}

/** Shows CIMS what came back, with a cookie; what the body says of the browser must not count. */
async function show(body: object, browser: string, cookie: string | undefined): Promise<object> {
  const response = await fetch(`${setting('CIMS_BY_PROVIDER_URL')}/v1/externalSignIn:finish`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(cookie === undefined ? {} : { Cookie: `${COOKIE}=${cookie}` }),
    },
    body: JSON.stringify({ ...body, browser }),
  });
  return { status: response.status, ...((await response.json()) as object) };
}
