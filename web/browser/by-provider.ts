import type { Server } from 'node:http';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launch, setting, type Speech, SPEECHES } from './people';
import { type Known, type Look, startProvider, stopProvider } from './provider';

export const [CHINESE, ENGLISH] = SPEECHES;
/** By which the browser that went is known on the way back. */
export const COOKIE = '__Host-cims-sign-in';

/** A CIMS of the tests' own whose people sign in by a provider, which is started here: a real one, in this process. */
export class World {
  /** Whom the provider knows, by what it calls them. */
  readonly people = new Map<string, Known>();
  private browser!: Browser;
  private provider: Server | undefined;
  admin!: Program;

  async begin(): Promise<void> {
    this.browser = await launch();
    this.admin = await Program.signIn('admin');
  }

  async end(): Promise<void> {
    await this.browser.close();
    if (this.provider) await stopProvider(this.provider);
  }

  /** Starts the provider, with another signing key than before. */
  async start(look: Look): Promise<void> {
    if (this.provider) await stopProvider(this.provider);
    this.provider = await startProvider(this.people, look);
  }

  /** The provider knows them by the address that their account has. */
  async introduce(username: string): Promise<string> {
    const subject = `subject-of-${username}`;
    await this.admin.changeEmail(username, `${username}@example.com`);
    // Case does not tell addresses apart.
    this.people.set(subject, { email: `${username.toUpperCase()}@example.com` });
    return subject;
  }

  /** A browser of one's own at a page, not signed in, in the language. */
  async open(path: string, speech: Speech): Promise<Page> {
    const baseURL = setting('CIMS_BY_PROVIDER_URL');
    const page = await (await this.browser.newContext({ baseURL, locale: 'zh-CN' })).newPage();
    await page.goto(path);
    if (speech !== CHINESE) await page.getByRole('button', { name: CHINESE.texts.app.otherLanguage }).click();
    await page.getByLabel(speech.texts.session.username).waitFor();
    return page;
  }

  /** Signs in by the provider in a browser of one's own. */
  async enter(subject: string, username: string, speech: Speech = CHINESE): Promise<Page> {
    const page = await this.open('/', speech);
    await byProvider(page, subject, speech);
    await page.getByRole('banner').waitFor();
    expect(await usernameOf(page)).toBe(username);
    return page;
  }

  async expectRefused(subject: string, text: string): Promise<void> {
    const page = await this.open('/', CHINESE);
    await byProvider(page, subject, CHINESE);
    await page.getByRole('alert').getByText(text).waitFor();
    await page.context().close();
  }
}

/** What the button says while nobody has set a label. */
export function providerButton(speech: Speech): string {
  return speech === CHINESE ? '用公司账号登录' : 'Sign in with your company account';
}

export async function byPassword(page: Page, username: string, { texts }: Speech): Promise<void> {
  await page.getByLabel(texts.session.username).fill(username);
  await page.getByLabel(texts.session.password).fill(setting('CIMS_BY_PROVIDER_PASSWORD'));
  await page.getByRole('button', { name: texts.session.signIn, exact: true }).click();
  await page.getByRole('banner').waitFor();
}

/** To the provider, through its own pages, and back. */
export async function byProvider(page: Page, subject: string, speech: Speech): Promise<void> {
  await page.getByRole('button', { name: providerButton(speech) }).click();
  await page.locator('input[name=login]').fill(subject);
  await page.locator('input[name=password]').fill('any');
  await page.locator('button[type=submit]').click();
  // What CIMS is to be told.
  await page.locator('input[name=prompt][value=consent]').waitFor({ state: 'attached' });
  await page.locator('button[type=submit]').click();
}

/** By the menu of whoever is signed in. */
export async function signOut(page: Page, { texts }: Speech): Promise<void> {
  const response = await page.request.get('/v1/me');
  const { user } = (await response.json()) as { user: { displayName: string } };
  await page.getByRole('button', { name: texts.app.userMenu.replace('{{name}}', user.displayName) }).click();
  await page.getByRole('button', { name: texts.session.signOut }).click();
}

export async function usernameOf(page: Page): Promise<string> {
  const { user } = (await (await page.request.get('/v1/me')).json()) as { user: { username: string } };
  return user.username;
}

/** Somebody who calls as a program does. */
export class Program {
  private constructor(private readonly token: string) {}

  static async signIn(username: string): Promise<Program> {
    const body = { username, password: setting('CIMS_BY_PROVIDER_PASSWORD') };
    const { accessToken } = await send<{ accessToken: string }>('POST', '/v1/sessions', body);
    return new Program(accessToken);
  }

  async send<T>(method: string, path: string, body?: object): Promise<T> {
    return await send<T>(method, path, body, this.token);
  }

  async changeEmail(username: string, email: string): Promise<void> {
    await this.send('PATCH', `/v1/users/${await this.idOf(username)}?updateMask=email`, { email });
  }

  async act(username: string, verb: 'disable' | 'enable'): Promise<void> {
    await this.send('POST', `/v1/users/${await this.idOf(username)}:${verb}`, {});
  }

  /** What happened to somebody's sign-in, newest first. */
  async signInKinds(username: string): Promise<string[]> {
    const path = `/v1/signIns?userId=${await this.idOf(username)}`;
    const { signIns } = await this.send<{ signIns: { kind: string }[] }>('GET', path);
    return signIns.map(({ kind }) => kind);
  }

  private async idOf(username: string): Promise<string> {
    const path = `/v1/users?showDisabled=true&query=${username}`;
    const { users } = await this.send<{ users: { id: string; username: string }[] }>('GET', path);
    return users.find((user) => user.username === username)?.id ?? '';
  }
}

async function send<T>(method: string, path: string, body?: object, token = ''): Promise<T> {
  const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` };
  const response = await fetch(`${setting('CIMS_BY_PROVIDER_URL')}${path}`, {
    method,
    headers: token === '' ? { 'Content-Type': 'application/json' } : headers,
    body: body && JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
